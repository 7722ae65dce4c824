import { type Positions, type Scores, selectLargest } from '@espalier/core';
import { bestInCells, membersOf } from './partition/cells.js';
import type { Partition } from './partition/partition.js';

/**
 * The `count` best of some positions, then in each cell the `most` best of those.
 * @returns ascending indices of the positions
 */
export function keepCapped(
  partition: Partition,
  active: Positions,
  scores: Scores,
  count: number,
  most: (cell: number) => number,
): Uint32Array {
  const best = selectLargest(scores, count);
  const kept = best.map((i) => active[i]!);
  const ranked = Float64Array.from(best, (i) => scores[i]!);
  return bestInCells(partition, membersOf(partition, kept), ranked, most).map((i) => best[i]!);
}
