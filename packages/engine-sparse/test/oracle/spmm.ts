import type { SparseRows } from './sparse-rows.js';

/** What stands at target and mask: [feature][lane]. */
export interface Product {
  readonly lanes: number;
  /** The first row and the one after the last. */
  readonly range: readonly [number, number];
  readonly source: Float32Array;
  readonly target: Float32Array;
  readonly bias?: Float32Array | undefined;
  readonly adds: boolean;
  readonly rectifies: boolean;
  /** Sums stay where this is above 0. */
  readonly mask?: Float32Array | undefined;
}

/** target[row] = bias[row] + sum of value x source[index], finished as asked for. @returns the new target */
export function spmm(matrix: SparseRows, product: Product): Float64Array {
  const { lanes, range, source, bias, adds, rectifies, mask } = product;
  const target = Float64Array.from(product.target);
  for (let row = range[0]; row < range[1]; row++) {
    for (let lane = 0; lane < lanes; lane++) {
      let sum = bias?.[row] ?? 0;
      for (let k = matrix.starts[row]!; k < matrix.starts[row + 1]!; k++) {
        sum += matrix.values[k]! * source[matrix.indices[k]! * lanes + lane]!;
      }
      const at = row * lanes + lane;
      if (adds) sum += target[at]!;
      if (rectifies) sum = Math.max(sum, 0);
      if (mask !== undefined && !(mask[at]! > 0)) sum = 0;
      target[at] = sum;
    }
  }
  return target;
}
