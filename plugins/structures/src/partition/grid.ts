import type { LayerShape } from '@espalier/core';

/** A layer's positions as kernel offset x input x unit, whatever the order of its shape. */
export interface Grid {
  /** Kernel offsets; 1 for dense layers. */
  readonly offsets: number;
  /** Inputs that a unit sees. */
  readonly inputs: number;
  readonly units: number;
  /** Units that see the same inputs. */
  readonly unitsPerGroup: number;
  offsetOf(position: number): number;
  /** Among the inputs that the unit sees, from 0. */
  inputOf(position: number): number;
  unitOf(position: number): number;
  at(offset: number, input: number, unit: number): number;
}

/** Reads a layer's positions as a grid. */
export function gridOf(layer: LayerShape): Grid {
  const { kind, units, groups } = layer;
  // Each unit of a depthwise layer sees one input.
  const inputs = kind === 'depthwise' ? 1 : layer.inputs / groups;
  const common = { offsets: layer.size / (inputs * units), inputs, units, unitsPerGroup: units / groups };
  const area = inputs * units;
  const offsetOf = (position: number) => Math.floor(position / area);
  if (kind === 'transposed') {
    return {
      ...common,
      offsetOf,
      inputOf: (position) => position % inputs,
      unitOf: (position) => Math.floor(position / inputs) % units,
      at: (offset, input, unit) => (offset * units + unit) * inputs + input,
    };
  }
  return {
    ...common,
    offsetOf,
    inputOf: (position) => Math.floor(position / units) % inputs,
    unitOf: (position) => position % units,
    at: (offset, input, unit) => (offset * inputs + input) * units + unit,
  };
}
