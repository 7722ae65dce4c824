import type { SparseRows } from './sparse-rows.js';

/** Features of both sides: [feature][lane]. */
export interface SampledProduct {
  readonly lanes: number;
  readonly range: readonly [number, number];
  readonly left: Float32Array;
  readonly right: Float32Array;
  /** The feature of `left` that each row belongs to. */
  readonly places?: readonly number[] | undefined;
  readonly gradient: Float32Array;
}

/** gradient[k] += left[place(row)] . right[index[k]] over the lanes. @returns the new gradient */
export function sddmm(matrix: SparseRows, product: SampledProduct): Float64Array {
  const { lanes, range, left, right, places } = product;
  const gradient = Float64Array.from(product.gradient);
  for (let row = range[0]; row < range[1]; row++) {
    const place = places?.[row] ?? row;
    for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
      for (let lane = 0; lane < lanes; lane++) {
        gradient[k]! += left[place * lanes + lane]! * right[matrix.indices[k]! * lanes + lane]!;
      }
    }
  }
  return gradient;
}
