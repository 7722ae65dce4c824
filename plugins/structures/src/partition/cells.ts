import { type Positions, type Scores, selectLargest } from '@espalier/core';
import type { Partition } from './partition.js';

const SMALL = 32;
const few = new Uint32Array(SMALL);

/** Indices of some positions, cell by cell. */
export interface Members {
  /** Where the members of each cell begin among the indices; one more entry than there are cells, their number. */
  readonly starts: Uint32Array;
  /** Of all cells, one after the other; ascending within a cell. */
  readonly indices: Uint32Array;
  /** How many of the positions lie in a cell. */
  count(cell: number): number;
  /** Their ascending indices. */
  of(cell: number): Uint32Array;
}

/** Sorts positions by cell, in O(positions + cells). */
export function membersOf({ cells, cellOf }: Partition, positions: Positions): Members {
  const starts = new Uint32Array(cells + 1);
  const own = new Uint32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const cell = cellOf(positions[i]!);
    own[i] = cell;
    starts[cell + 1]!++;
  }
  for (let cell = 0; cell < cells; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const indices = new Uint32Array(positions.length);
  for (let i = 0; i < positions.length; i++) indices[next[own[i]!]!++] = i;
  return {
    starts,
    indices,
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
  const { starts, indices } = members;
  const marked = new Uint8Array(scores.length);
  let filled = 0;
  for (let cell = 0; cell < cells; cell++) {
    const from = starts[cell]!;
    const length = starts[cell + 1]! - from;
    const limit = Math.min(length, most(cell));
    if (limit <= 0) continue;
    filled += limit;
    if (length === limit) for (let i = 0; i < limit; i++) marked[indices[from + i]!] = 1;
    else if (length <= SMALL) markBestOfFew(indices, from, length, scores, limit, marked);
    else for (const index of bestOf(members.of(cell), scores, limit)) marked[index] = 1;
  }
  const chosen = new Uint32Array(filled);
  for (let i = 0, next = 0; next < filled; i++) if (marked[i] === 1) chosen[next++] = i;
  return chosen;
}

/** Sorts by insertion: there may be a cell for every few positions, too many for a selection each. */
function markBestOfFew(
  indices: Uint32Array,
  from: number,
  length: number,
  scores: Scores,
  limit: number,
  marked: Uint8Array,
): void {
  for (let i = 0; i < length; i++) {
    const index = indices[from + i]!;
    const score = scores[index]!;
    let place = i;
    for (; place > 0 && scores[few[place - 1]!]! < score; place--) few[place] = few[place - 1]!;
    few[place] = index;
  }
  for (let i = 0; i < limit; i++) marked[few[i]!] = 1;
}

/** Of some entries those with the largest scores; ascending indices in, ascending indices out. */
export function bestOf(indices: Uint32Array, scores: Scores, count: number): Uint32Array {
  if (indices.length <= count) return indices;
  const ranked = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) ranked[i] = scores[indices[i]!]!;
  return selectLargest(ranked, count).map((i) => indices[i]!);
}
