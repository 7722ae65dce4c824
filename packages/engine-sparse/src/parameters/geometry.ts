import { describeLayer, type LayerDescription } from '@espalier/core';

/**
 * How the positions of a kernel connect features. Positions come in rows: a row is one cell of the kernel and one
 * input channel, and holds the units that this channel leads to, in order. So the order of positions is the order of
 * a sparse matrix by inputs, whatever the kind of layer.
 */
export interface Geometry {
  readonly size: number;
  readonly rows: number;
  readonly units: number;
  /** Positions of a row; less than `units` in grouped convolutions. */
  readonly perRow: number;
  /** Feature of the input that each row reads, relative to the window's; undefined where it is the row's number. */
  readonly places: Uint32Array | undefined;
}

/**
 * @param rowFeatures - features from one row of the (padded) input image to the next; 0 for dense layers
 */
export function geometryOf(description: LayerDescription, rowFeatures: number): Geometry {
  const { size, units, groups, inputs, kernel } = describeLayer(description, 0);
  const perRow = units / groups;
  const rows = size / perRow;
  if (kernel.length === 0) return { size, rows, units, perRow, places: undefined };
  const columns = kernel.at(-1) as number;
  const perGroup = inputs / groups;
  const places = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cell = Math.floor(row / inputs);
    const within = row % inputs;
    const channel = (within % groups) * perGroup + Math.floor(within / groups);
    places[row] = Math.floor(cell / columns) * rowFeatures + (cell % columns) * inputs + channel;
  }
  return { size, rows, units, perRow, places };
}
