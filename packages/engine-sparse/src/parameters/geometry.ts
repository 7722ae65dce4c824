import { describeLayer, type LayerDescription } from '@espalier/core/engine';

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
  /** The order that the gradient by an image is gathered in; undefined where it is that of positions. */
  readonly gathering: GatherOrder | undefined;
}

/** Where the rows of a kernel stand in another order of rows, each of which gathers one feature of an image. */
export interface GatherOrder {
  readonly rows: number;
  /** [rows of the kernel] */
  readonly rowOf: Uint32Array;
  /** [rows of the kernel]: the delta of unit 0 that it gathers, relative to the pixel's first one. */
  readonly deltas: Uint32Array;
}

type Pair = readonly [number, number];

/** The image that a kernel slides over. */
export interface Image {
  /** Features from one row of it, with its border, to the next. */
  readonly rowFeatures: number;
  readonly strides: Pair;
  /** Of the deltas that are gathered. */
  readonly deltaRowFeatures: number;
}

/** @param image - undefined for dense layers */
export function geometryOf(description: LayerDescription, image: Image | undefined): Geometry {
  const { size, units, groups, inputs, kernel } = describeLayer(description, 0);
  const perRow = units / groups;
  const rows = size / perRow;
  if (image === undefined) return { size, rows, units, perRow, places: undefined, gathering: undefined };
  // A window over sequences has one row.
  const [width, height] = [kernel.at(-1) as number, kernel.at(-2) ?? 1];
  const { rowFeatures, strides, deltaRowFeatures } = image;
  const perGroup = inputs / groups;
  const places = new Uint32Array(rows);
  const rowOf = new Uint32Array(rows);
  const deltas = new Uint32Array(rows);
  const down = gatherAxis(height, strides[0]);
  const across = gatherAxis(width, strides[1]);
  for (let row = 0; row < rows; row++) {
    const cell = Math.floor(row / inputs);
    const within = row % inputs;
    const channel = (within % groups) * perGroup + Math.floor(within / groups);
    const y = Math.floor(cell / width);
    const x = cell % width;
    places[row] = y * rowFeatures + x * inputs + channel;
    rowOf[row] = (down.phases[y]! * strides[1] + across.phases[x]!) * inputs + channel;
    deltas[row] = down.offsets[y]! * deltaRowFeatures + across.offsets[x]! * units;
  }
  const gathering = { rows: strides[0] * strides[1] * inputs, rowOf, deltas };
  return { size, rows, units, perRow, places, gathering };
}

/**
 * Which deltas an input meets along one axis: the cells that it can lie in are those of its phase, and each lies so
 * many windows before the last one that reaches it.
 */
function gatherAxis(window: number, stride: number) {
  const cells = Array.from({ length: window }, (_, cell) => cell);
  const reach = Math.floor((window - 1) / stride);
  return {
    phases: cells.map((cell) => cell % stride),
    offsets: cells.map((cell) => reach - Math.floor(cell / stride)),
  };
}
