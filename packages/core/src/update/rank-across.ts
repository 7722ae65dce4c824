import type { Signal, Site } from '../contract.js';
import { sum } from '../numbers/index.js';
import { selectLargest } from '../selection/index.js';
import { Ranking } from './ranking.js';

/** How {@link rankAcross} ranks. */
export interface RankOptions {
  /** Per site, how many of its best candidates are taken before the ranking. Default none. */
  readonly reserve?: readonly number[];
  /** Per site, what its absolute signal is multiplied by for the ranking. Default 1. */
  readonly scale?: readonly number[];
}

/**
 * How many of the strongest candidates of all layers lie in each: after every site's reserve, the `total` minus
 * reserves with the largest scaled absolute signal anywhere; of equal ones the lower layer, then the lower position.
 *
 * Walks the layers once, asking each only for candidates that can still win, and holds at most twice the winners.
 *
 * @param sites - in layer order
 * @param signal - must be declared in the calling strategy's `needs`
 * @param total - winners, reserves included; at most the rooms' sum
 * @returns one count per site, summing to `total`
 */
export function rankAcross(
  sites: readonly Site[],
  signal: Signal,
  total: number,
  options: RankOptions = {},
): number[] {
  const reserve = options.reserve ?? sites.map(() => 0);
  const precision = options.scale === undefined ? 'single' : 'double';
  const ranking = new Ranking(total - sum(reserve), sites.length, precision);
  for (const [i, { layer, room }] of sites.entries()) {
    const own = reserve[i]!;
    const limit = Math.min(room, ranking.winners + own);
    if (limit <= own) continue;
    const scale = options.scale?.[i] ?? 1;
    ranking.settle();
    // The reserved best do not compete, and may lie below what still wins; a scale of 0 has no inverse.
    const bound = own > 0 || scale === 0 ? 0 : ranking.bound / scale;
    const { scores } = layer.strongest(signal, limit, { atLeast: bound * (1 - 1e-12) });
    if (own === 0 && scale === 1) {
      ranking.addAll(i, scores);
      continue;
    }
    const reserved = selectLargest(scores, own);
    let skip = 0;
    for (let k = 0; k < scores.length; k++) {
      if (skip < reserved.length && reserved[skip] === k) skip++;
      else ranking.add(i, scores[k]! * scale);
    }
  }
  return ranking.counts().map((won, i) => won + reserve[i]!);
}
