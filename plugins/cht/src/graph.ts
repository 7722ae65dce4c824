import type { LayerShape, Positions } from '@espalier/core';

/** A layer's links as a bipartite graph: rows are inputs at a kernel offset, columns are units. */
export interface Bipartite {
  readonly rows: number;
  readonly columns: number;
  /** Per row the ascending columns that it is linked to. */
  readonly byRow: readonly Uint32Array[];
  /** Per column its ascending rows. */
  readonly byColumn: readonly Uint32Array[];
}

/** Where a layer's positions lie in its graph; convolutions are unfolded, one row per kernel offset and input. */
export interface Frame {
  readonly rows: number;
  readonly columns: number;
  rowOf(position: number): number;
  columnOf(position: number): number;
}

/** The frame of a layer. */
export function frameOf(layer: LayerShape): Frame {
  const { inputs, units, kernel, size } = layer;
  const area = kernel.reduce((product, n) => product * n, 1);
  const perOffset = size / area;
  return {
    rows: area * inputs,
    columns: units,
    rowOf: (position) => Math.floor(position / perOffset) * inputs + layer.inputOf(position),
    columnOf: (position) => layer.unitOf(position),
  };
}

/** The graph of some positions of a layer. */
export function graphOf(frame: Frame, positions: Positions): Bipartite {
  const from = new Uint32Array(positions.length);
  const to = new Uint32Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    from[i] = frame.rowOf(positions[i]!);
    to[i] = frame.columnOf(positions[i]!);
  }
  const { rows, columns } = frame;
  return { rows, columns, byRow: neighbours(rows, from, to), byColumn: neighbours(columns, to, from) };
}

function neighbours(nodes: number, own: Uint32Array, other: Uint32Array): Uint32Array[] {
  const degrees = new Uint32Array(nodes);
  for (let i = 0; i < own.length; i++) degrees[own[i]!]!++;
  const lists = Array.from(degrees, (degree) => new Uint32Array(degree));
  const filled = new Uint32Array(nodes);
  for (let i = 0; i < own.length; i++) lists[own[i]!]![filled[own[i]!]!++] = other[i]!;
  for (const list of lists) list.sort();
  return lists;
}

/** The same graph with rows and columns exchanged. */
export function transposed({ rows, columns, byRow, byColumn }: Bipartite): Bipartite {
  return { rows: columns, columns: rows, byRow: byColumn, byColumn: byRow };
}
