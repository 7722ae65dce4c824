import { EspalierError, type LayerShape } from '@espalier/core';
import { gridOf } from './grid.js';

/** A division of a layer's positions into cells of the same size. */
export interface Partition {
  /** How many cells there are. */
  readonly cells: number;
  /** Positions in each. */
  readonly size: number;
  /** The cell that a position lies in, from 0. */
  cellOf(position: number): number;
  /** The position at a place of a cell, from 0; ascending places are ascending positions. */
  at(cell: number, place: number): number;
}

/** One cell per unit: all positions that lead into it. */
export function byUnit(layer: LayerShape): Partition {
  const { offsets, inputs, units, unitOf, at } = gridOf(layer);
  return {
    cells: units,
    size: offsets * inputs,
    cellOf: unitOf,
    at: (unit, place) => at(Math.floor(place / inputs), place % inputs, unit),
  };
}

/**
 * Cells of inputs x units at one kernel offset.
 * @throws EspalierError ESPALIER_INFEASIBLE_BUDGET naming the layer where they do not divide its inputs and units
 */
export function byBlock(layer: LayerShape, block: { inputs: number; units: number }): Partition {
  const { offsets, inputs, units, unitsPerGroup, offsetOf, inputOf, unitOf, at } = gridOf(layer);
  divides(layer, block.inputs, inputs, 'inputs of each unit');
  divides(layer, block.units, unitsPerGroup, layer.groups > 1 ? 'units of each group' : 'units');
  const rows = inputs / block.inputs;
  const columns = units / block.units;
  const byGrid = (position: number) => {
    const row = offsetOf(position) * rows + Math.floor(inputOf(position) / block.inputs);
    return row * columns + Math.floor(unitOf(position) / block.units);
  };
  // Where units vary fastest, offset and input are one line number; it is asked for every position of every update.
  const byLines = (position: number) => {
    const line = Math.floor(position / units);
    const unit = position - line * units;
    return Math.floor(line / block.inputs) * columns + Math.floor(unit / block.units);
  };
  return {
    cells: offsets * rows * columns,
    size: block.inputs * block.units,
    cellOf: layer.kind === 'transposed' ? byGrid : byLines,
    at(cell, place) {
      const row = Math.floor(cell / columns);
      const [down, across] =
        layer.kind === 'transposed'
          ? [place % block.inputs, Math.floor(place / block.inputs)]
          : [Math.floor(place / block.units), place % block.units];
      return at(
        Math.floor(row / rows),
        (row % rows) * block.inputs + down,
        (cell % columns) * block.units + across,
      );
    },
  };
}

function divides(layer: LayerShape, part: number, whole: number, of: string): void {
  if (whole % part === 0) return;
  throw new EspalierError(
    'ESPALIER_INFEASIBLE_BUDGET',
    `Layer "${layer.name}": ${part} does not divide the ${whole} ${of}; keep the layer dense by keepDense, or choose another size.`,
  );
}
