import { type RandomStream, type Redistributor, reserveFloors, strategy, sum } from '@espalier/core';
import { PAPER } from './paper.js';

/** Each weight regrows in a layer drawn in proportion to what the allocator gave it. */
export const categorical = strategy(
  'redistribute',
  'categorical',
  {},
  {
    useFactory: (): Redistributor => ({
      distribute(sites, total, context) {
        const counts = [...reserveFloors(sites, total).counts];
        const random = context.random('layers');
        for (let left = total - sum(counts); left > 0; left--) {
          const open = sites.map(({ allocated, room }, i) => (counts[i]! < room ? allocated : 0));
          counts[draw(open, random)]!++;
        }
        return counts;
      },
    }),
  },
  {
    summary:
      'Every weight regrows in a layer drawn at random in proportion to what the allocator gave the layers.',
    paper: `${PAPER}, appendix`,
  },
);

function draw(shares: readonly number[], random: RandomStream): number {
  let ticket = random.below(sum(shares));
  let i = 0;
  while (ticket >= shares[i]!) ticket -= shares[i++]!;
  return i;
}
