import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLargestAcross, Ranking } from '../src/index.js';

const score = fc.oneof(fc.constantFrom(0, 1, 2), fc.float({ min: 0, max: 4, noNaN: true }));

describe('Ranking', () => {
  it.each(['single', 'double'] as const)('counts as if it had kept every score (%s)', (precision) => {
    const lists = fc.array(fc.array(score, { maxLength: 30 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lists, fc.nat(40), fc.boolean(), fc.boolean(), (drawn, winners, together, settles) => {
        const ranking = new Ranking(winners, drawn.length, precision);
        for (const [owner, scores] of drawn.entries()) {
          if (settles) ranking.settle();
          // As callers may: what lies below the bound is left out.
          const rest = scores.filter((s) => s >= ranking.bound);
          if (together) ranking.addAll(owner, Float32Array.from(rest));
          else for (const s of rest) ranking.add(owner, s);
        }
        expect(ranking.counts()).toEqual(
          countLargestAcross(
            drawn.map((scores) => Float64Array.from(scores)),
            winners,
          ),
        );
      }),
      { numRuns: 300 },
    );
  });
});
