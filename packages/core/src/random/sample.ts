import type { Positions, RandomStream } from '../contract.js';
import { newPositions } from '../selection/positions.js';
import { IndexSet } from './index-set.js';

/**
 * Draws positions uniformly without replacement from those not excluded, in O(count log count + excluded).
 *
 * @param size - positions in all
 * @param excluded - ascending positions that are no candidates
 * @param count - how many; fewer come back where there are fewer candidates
 * @returns ascending positions
 */
export function sampleOutside(
  size: number,
  excluded: Positions,
  count: number,
  random: RandomStream,
): Positions {
  const candidates = size - excluded.length;
  const ranks =
    count >= candidates ? everyRank(size, candidates) : drawRanks(size, candidates, count, random);
  let skipped = 0;
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i]!;
    while (skipped < excluded.length && excluded[skipped]! <= rank + skipped) skipped++;
    ranks[i] = rank + skipped;
  }
  return ranks;
}

function everyRank(size: number, candidates: number): Positions {
  const ranks = newPositions(size, candidates);
  for (let i = 0; i < candidates; i++) ranks[i] = i;
  return ranks;
}

/** Floyd's algorithm: every subset of `count` ranks is equally likely, with `count` draws and no list of candidates. */
function drawRanks(size: number, candidates: number, count: number, random: RandomStream): Positions {
  const chosen = new IndexSet(count);
  const ranks = newPositions(size, count);
  for (let i = 0; i < count; i++) {
    const top = candidates - count + i;
    const drawn = random.below(top + 1);
    const rank = chosen.add(drawn) ? drawn : top;
    if (rank === top && rank !== drawn) chosen.add(top);
    ranks[i] = rank;
  }
  return ranks.sort();
}
