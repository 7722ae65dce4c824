import type { Positions } from '@espalier/core';

/** Where some ascending positions stand among others; those that are not there are left out. */
export function indicesOf(positions: Positions, among: Positions): Uint32Array {
  const indices = new Uint32Array(positions.length);
  let count = 0;
  let a = 0;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    // Few positions among many: a search beats a walk.
    if (positions.length * 16 < among.length) a = lowerBound(among, position, a);
    else while (a < among.length && among[a]! < position) a++;
    if (a < among.length && among[a] === position) indices[count++] = a;
  }
  return indices.subarray(0, count);
}

/** The first index in [from, to] whose value is not below a bound. */
export function lowerBound(values: Positions, bound: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
