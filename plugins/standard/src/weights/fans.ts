import type { LayerShape, Positions } from '@espalier/core';

/** How many of some positions lead into each unit. */
export function activeFanIns(layer: LayerShape, positions: Positions): Uint32Array {
  const fans = new Uint32Array(layer.units);
  for (let i = 0; i < positions.length; i++) fans[layer.unitOf(positions[i]!)]!++;
  return fans;
}

/** How many of some positions come from each input. */
export function activeFanOuts(layer: LayerShape, positions: Positions): Uint32Array {
  const fans = new Uint32Array(layer.inputs);
  for (let i = 0; i < positions.length; i++) fans[layer.inputOf(positions[i]!)]!++;
  return fans;
}
