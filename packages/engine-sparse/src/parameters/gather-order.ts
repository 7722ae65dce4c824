import type { GatherOrder } from './geometry.js';

/** A kernel's values in the order of positions, and where they go in the order that a gradient is gathered in. */
export interface GatherOrders {
  readonly order: GatherOrder;
  /** By positions: [rows + 1] */
  readonly rowStarts: Uint32Array;
  /** By positions: ascending units within each row. */
  readonly rowUnits: Uint32Array;
  /** By positions. */
  readonly values: Float32Array;
  /** [rows of the order + 1]; written. */
  readonly starts: Uint32Array;
  /** By the order: relative deltas; written. */
  readonly deltas: Uint32Array;
  /** By the order: values; written. */
  readonly gathered: Float32Array;
  /** By positions: where each value stands by the order; written. */
  readonly permutation: Uint32Array;
}

/** Makes the order that a gradient is gathered in from that of positions, by counting: O(values + rows). */
export function orderByGathering(orders: GatherOrders): void {
  const { order, rowStarts, rowUnits, values, starts, deltas, gathered, permutation } = orders;
  starts.fill(0);
  order.rowOf.forEach((to, row) => {
    starts[to + 1]! += rowStarts[row + 1]! - rowStarts[row]!;
  });
  for (let row = 0; row < order.rows; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice(0, order.rows);
  order.rowOf.forEach((to, row) => {
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k++) {
      const place = next[to]!++;
      deltas[place] = order.deltas[row]! + rowUnits[k]!;
      gathered[place] = values[k]!;
      permutation[k] = place;
    }
  });
}
