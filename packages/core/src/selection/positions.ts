import type { Positions } from '../contract.js';

/**
 * An array for positions of a layer.
 * @param size - positions of the layer: from 2^32 on they need doubles
 * @param length - how many positions the array holds
 */
export function newPositions(size: number, length: number): Positions {
  return size > 4294967296 ? new Float64Array(length) : new Uint32Array(length);
}

/** Every position of a layer, ascending. */
export function allPositions(size: number): Positions {
  const all = newPositions(size, size);
  for (let i = 0; i < size; i++) all[i] = i;
  return all;
}

/**
 * Every position of a layer but some, ascending: what {@link without} gives of {@link allPositions}, without a list of
 * all.
 * @param taken - ascending positions of the layer
 */
export function allWithout(size: number, taken: Positions): Positions {
  const rest = newPositions(size, size - taken.length);
  let filled = 0;
  let position = 0;
  for (let i = 0; i <= taken.length; i++) {
    const end = i < taken.length ? taken[i]! : size;
    for (; position < end; position++) rest[filled++] = position;
    position = end + 1;
  }
  return rest;
}

/** The positions at some ascending indices. */
export function pick(positions: Positions, indices: Uint32Array): Positions {
  const picked = emptyLike(positions, indices.length);
  for (let i = 0; i < indices.length; i++) picked[i] = positions[indices[i]!]!;
  return picked;
}

/** Positions of `from` that are not in `taken`; both ascending. May be `from` itself. */
export function without(from: Positions, taken: Positions): Positions {
  const shared = countCommon(from, taken);
  if (shared === 0) return from;
  const rest = emptyLike(from, from.length - shared);
  let count = 0;
  let t = 0;
  for (let i = 0; i < from.length; i++) {
    const position = from[i]!;
    while (t < taken.length && taken[t]! < position) t++;
    if (t === taken.length || taken[t] !== position) rest[count++] = position;
  }
  return rest;
}

/** Positions that are in both; both ascending. May be either itself. */
export function common(a: Positions, b: Positions): Positions {
  const length = countCommon(a, b);
  if (length === a.length) return a;
  if (length === b.length) return b;
  const shared = emptyLike(a, length);
  let j = 0;
  let i = 0;
  for (let count = 0; count < length; i++) {
    const position = a[i]!;
    while (b[j]! < position) j++;
    if (b[j] === position) shared[count++] = position;
  }
  return shared;
}

/** Positions that are in either; both ascending. May be either itself. */
export function union(a: Positions, b: Positions): Positions {
  const shared = countCommon(a, b);
  if (shared === b.length) return a;
  if (shared === a.length) return b;
  const merged = emptyLike(a, a.length + b.length - shared);
  let i = 0;
  let j = 0;
  let count = 0;
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    merged[count++] = Math.min(x, y);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  merged.set(i < a.length ? a.subarray(i) : b.subarray(j), count);
  return merged;
}

/** Counted before anything is allocated: at a hundred million positions, room for the worst case is not to be had. */
function countCommon(a: Positions, b: Positions): number {
  let count = 0;
  let j = 0;
  for (let i = 0; i < a.length && j < b.length; i++) {
    const position = a[i]!;
    while (j < b.length && b[j]! < position) j++;
    if (j < b.length && b[j] === position) count++;
  }
  return count;
}

function emptyLike(positions: Positions, length: number): Positions {
  return positions instanceof Float64Array ? new Float64Array(length) : new Uint32Array(length);
}

/** The values of a dense array at some positions. */
export function valuesAt(values: Float32Array, positions: Positions): Float32Array {
  const picked = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) picked[i] = values[positions[i]!]!;
  return picked;
}

/** Ascending indices of the positions that are not taken; both lists ascend. */
export function indicesWithout(from: Positions, taken: Positions): Uint32Array {
  const indices = new Uint32Array(from.length);
  let filled = 0;
  let t = 0;
  for (let i = 0; i < from.length; i++) {
    while (t < taken.length && taken[t]! < from[i]!) t++;
    if (t < taken.length && taken[t] === from[i]) continue;
    indices[filled++] = i;
  }
  return indices.subarray(0, filled);
}
