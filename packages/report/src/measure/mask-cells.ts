import { common, type Positions } from '@espalier/core';

/** A layer's mask as cells of neighbouring positions: inputs from left to right, units from top to bottom. */
export interface MaskCells {
  readonly width: number;
  readonly height: number;
  /** Positions that a full cell stands for. */
  readonly area: number;
  /** Per cell, row by row: active connections that were there at the start. */
  readonly original: Uint32Array;
  /** Per cell: active connections that were not. */
  readonly grown: Uint32Array;
}

/** Cells at most, across and down. */
const MOST = [196, 100] as const;

/**
 * @param active - the topology that is shown
 * @param start - the layer's first topology
 * @param shape - canonical; all but its last axis together are the inputs
 */
export function maskCells(active: Positions, start: Positions, shape: readonly number[]): MaskCells {
  const units = shape.at(-1)!;
  const inputs = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  const across = Math.max(1, Math.ceil(inputs / MOST[0]));
  const down = Math.max(1, Math.ceil(units / MOST[1]));
  const width = Math.ceil(inputs / across);
  const height = Math.ceil(units / down);
  const cellOf = (position: number) =>
    Math.floor((position % units) / down) * width + Math.floor(Math.floor(position / units) / across);
  const original = new Uint32Array(width * height);
  const grown = new Uint32Array(width * height);
  for (let i = 0; i < active.length; i++) grown[cellOf(active[i]!)]!++;
  const kept = common(active, start);
  for (let i = 0; i < kept.length; i++) {
    const cell = cellOf(kept[i]!);
    original[cell]!++;
    grown[cell]!--;
  }
  return { width, height, area: across * down, original, grown };
}
