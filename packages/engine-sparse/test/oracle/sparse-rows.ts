import fc from 'fast-check';
import type { Operands } from './operands.js';

/** A matrix by its non-zeros, row after row. */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  /** [rows + 1] */
  readonly starts: readonly number[];
  /** Columns, ascending within a row. */
  readonly indices: readonly number[];
  readonly values: Float32Array;
}

/** Extent of a matrix and the chance of each position to have a weight; some rows are empty. */
export const sparseShape = fc.record({
  rows: fc.integer({ min: 1, max: 13 }),
  columns: fc.integer({ min: 1, max: 13 }),
  density: fc.constantFrom(0, 0.1, 0.4, 1),
});

export function sparseRows(
  operands: Operands,
  { rows, columns, density }: { readonly rows: number; readonly columns: number; readonly density: number },
): SparseRows {
  const starts = [0];
  const indices: number[] = [];
  for (let row = 0; row < rows; row++) {
    const empty = operands.below(4) === 0;
    if (!empty) indices.push(...operands.subset(columns, density));
    starts.push(indices.length);
  }
  return { rows, columns, starts, indices, values: operands.floats(indices.length) };
}
