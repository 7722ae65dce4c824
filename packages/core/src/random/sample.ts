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

/**
 * Floyd's algorithm: every subset of `count` ranks is equally likely, with `count` draws and no list of candidates.
 * Draw i is from [0, base + i], and where it was there before, base + i is taken instead. Sorting shows which draws
 * can have been there before, so that only those few need to be looked up.
 */
function drawRanks(size: number, candidates: number, count: number, random: RandomStream): Positions {
  const base = candidates - count;
  const draws = newPositions(size, count);
  for (let i = 0; i < count; i++) draws[i] = random.below(base + i + 1);
  const ranks = sortUniform(draws, candidates);
  const { distinct, doubtful } = survey(ranks, base);
  if (doubtful === 0) return ranks;

  const repeated = repeatedIn(ranks, base, doubtful);
  const taken = new IndexSet(2 * doubtful);
  const late = newPositions(size, doubtful);
  let lateCount = 0;
  for (let i = 0; i < count; i++) {
    const drawn = draws[i]!;
    if (drawn < base && !repeated.has(drawn)) continue;
    const fresh = taken.add(drawn);
    if (!fresh) taken.add(base + i);
    if (!fresh || drawn >= base) late[lateCount++] = fresh ? drawn : base + i;
  }
  const filled = keepDistinct(ranks, base);
  ranks.set(late.subarray(0, lateCount).sort(), filled);
  if (filled !== distinct || filled + lateCount !== count) throw new Error('Ranks were lost while drawing.');
  return ranks;
}
