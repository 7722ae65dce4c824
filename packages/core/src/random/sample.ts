import type { Positions, RandomStream } from '../contract.js';
import { newPositions } from '../selection/positions.js';
import { IndexSet } from './index-set.js';
import { sortUniform } from './sort-uniform.js';

/**
 * Draws positions uniformly without replacement from those not excluded, in O(count + excluded).
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
 * Draw i is from [0, base + i]; where it was taken before, base + i is taken in its place. Sorted draws show which of
 * them can have been taken before, so that only those few have to be looked up.
 */
function drawRanks(size: number, candidates: number, count: number, random: RandomStream): Positions {
  const base = candidates - count;
  const draws = newPositions(size, count);
  for (let i = 0; i < count; i++) draws[i] = random.below(base + i + 1);
  const ranks = sortUniform(draws, candidates);
  let below = count;
  while (below > 0 && ranks[below - 1]! >= base) below--;
  let again = 0;
  for (let i = 1; i < below; i++) if (ranks[i] === ranks[i - 1]) again++;
  const doubtful = count - below + again;
  if (doubtful === 0) return ranks;

  const repeated = new IndexSet(again);
  let kept = 0;
  for (let i = 0; i < below; i++) {
    if (kept > 0 && ranks[i] === ranks[kept - 1]) repeated.add(ranks[i]!);
    else ranks[kept++] = ranks[i]!;
  }
  const taken = new IndexSet(2 * doubtful);
  let filled = kept;
  for (let i = 0; i < count; i++) {
    const drawn = draws[i]!;
    if (drawn < base && !repeated.has(drawn)) continue;
    const rank = taken.add(drawn) ? drawn : base + i;
    if (rank !== drawn) taken.add(rank);
    if (rank >= base) ranks[filled++] = rank;
  }
  ranks.subarray(kept).sort();
  return ranks;
}
