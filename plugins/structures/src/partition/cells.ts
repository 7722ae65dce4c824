import { type Positions, type Scores, selectLargest } from '@espalier/core';
import type { Partition } from './partition.js';

const SMALL = 32;
const few = new Uint32Array(SMALL);

/** Indices of some positions, cell by cell. */
export interface Members {
  /** How many of the positions lie in a cell. */
  count(cell: number): number;
  /** Their ascending indices. */
  of(cell: number): Uint32Array;
}

/** Sorts positions by cell, in O(positions + cells). */
export function membersOf({ cells, cellOf }: Partition, positions: Positions): Members {
  const starts = new Uint32Array(cells + 1);
  for (let i = 0; i < positions.length; i++) starts[cellOf(positions[i]!) + 1]!++;
  for (let cell = 0; cell < cells; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const indices = new Uint32Array(positions.length);
  for (let i = 0; i < positions.length; i++) indices[next[cellOf(positions[i]!)]!++] = i;
  return {
    count: (cell) => starts[cell + 1]! - starts[cell]!,
    of: (cell) => indices.subarray(starts[cell]!, starts[cell + 1]!),
  };
}

/**
 * In each cell the members with the largest scores, of equal ones the lower position.
 *
 * @param most - at most how many in a cell
 * @returns ascending indices of the scores
 */
export function bestInCells(
  { cells }: Partition,
  members: Members,
  scores: Scores,
  most: (cell: number) => number,
): Uint32Array {
  const chosen = new Uint32Array(scores.length);
  let filled = 0;
  for (let cell = 0; cell < cells; cell++) {
    const limit = most(cell);
    if (limit <= 0) continue;
    const own = members.of(cell);
    if (own.length <= limit) {
      chosen.set(own, filled);
      filled += own.length;
      continue;
    }
    chosen.set(own.length <= SMALL ? bestOfFew(own, scores, limit) : bestOf(own, scores, limit), filled);
    filled += limit;
  }
  return chosen.slice(0, filled).sort();
}

/** Sorts by insertion: there may be a cell for every few positions, too many for a selection each. */
function bestOfFew(own: Uint32Array, scores: Scores, limit: number): Uint32Array {
  for (let i = 0; i < own.length; i++) {
    const index = own[i]!;
    const score = scores[index]!;
    let place = i;
    for (; place > 0 && scores[few[place - 1]!]! < score; place--) few[place] = few[place - 1]!;
    few[place] = index;
  }
  return few.subarray(0, limit);
}

/** Of some entries those with the largest scores; ascending indices in, ascending indices out. */
export function bestOf(indices: Uint32Array, scores: Scores, count: number): Uint32Array {
  if (indices.length <= count) return indices;
  const ranked = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) ranked[i] = scores[indices[i]!]!;
  return selectLargest(ranked, count).map((i) => indices[i]!);
}
