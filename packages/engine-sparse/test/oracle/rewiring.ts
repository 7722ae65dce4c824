import type { Positions } from '@espalier/core';
import type { Geometry } from '../../src/parameters/geometry.js';

/** A change of a kernel's topology, as its arrays see it. */
export interface Rewiring {
  /** Ascending indices, before the change, of what leaves. */
  readonly prunedAt: Uint32Array;
  /** Ascending indices, after the change, of what is new. */
  readonly grownAt: Uint32Array;
  /** Values after the change. */
  readonly count: number;
}

/**
 * Merges the positions of rows.
 * @param rowStarts - u32 [rows + 1]; becomes that of the changed topology
 * @param rowUnits - the units of all positions before the change
 * @param target - receives those after it
 * @param prunedAt - ascending indices of what leaves
 * @param grown - ascending positions that are not there yet
 * @returns the indices of the grown positions after the change
 */
export function mergeRows(
  { rows, units, perRow }: Geometry,
  rowStarts: Uint32Array,
  rowUnits: Uint32Array,
  target: Uint32Array,
  prunedAt: Uint32Array,
  grown: Positions,
): Uint32Array {
  const grownAt = new Uint32Array(grown.length);
  let old = 0;
  let count = 0;
  let p = 0;
  let g = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowStarts[row + 1]!;
    const base = row * perRow;
    const past = base + perRow;
    const firstUnit = base % units;
    rowStarts[row] = count;
    while (g < grown.length && grown[g]! < past) {
      const unit = grown[g]! - base + firstUnit;
      for (; old < end && rowUnits[old]! < unit; old++) {
        if (p < prunedAt.length && prunedAt[p] === old) p++;
        else target[count++] = rowUnits[old]!;
      }
      grownAt[g++] = count;
      target[count++] = unit;
    }
    for (; old < end; old++) {
      if (p < prunedAt.length && prunedAt[p] === old) p++;
      else target[count++] = rowUnits[old]!;
    }
  }
  rowStarts[rows] = count;
  return grownAt;
}

/** Moves the values of positions along: those that stay keep theirs, new ones become 0. */
export function mergeValues(source: Uint32Array, target: Uint32Array, rewiring: Rewiring): void {
  const { prunedAt, grownAt, count } = rewiring;
  let old = 0;
  let p = 0;
  let g = 0;
  for (let k = 0; k < count; k++) {
    if (g < grownAt.length && grownAt[g] === k) {
      target[k] = 0;
      g++;
      continue;
    }
    while (p < prunedAt.length && prunedAt[p] === old) {
      p++;
      old++;
    }
    target[k] = source[old++]!;
  }
}
