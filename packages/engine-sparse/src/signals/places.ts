import type { Positions } from '@espalier/core';
import type { Geometry } from '../parameters/geometry.js';

/** Writes which feature of the input and which unit each of some positions connects. */
export type Place = (features: Uint32Array, units: Uint32Array) => void;

/** Of any positions. */
export function placesOf({ units, perRow, places }: Geometry, positions: Positions): Place {
  return (features, unitOf) => {
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      const row = Math.floor(position / perRow);
      features[i] = places === undefined ? row : places[row]!;
      unitOf[i] = position % units;
    }
  };
}

/** Of neighbours, as many as there is room for, without a division for each. */
export function placesFrom({ units, perRow, places }: Geometry, first: number): Place {
  return (features, unitOf) => {
    let row = Math.floor(first / perRow);
    let left = (row + 1) * perRow - first;
    let unit = first % units;
    for (let i = 0; i < features.length; i++) {
      features[i] = places === undefined ? row : places[row]!;
      unitOf[i] = unit;
      if (++unit === units) unit = 0;
      if (--left > 0) continue;
      row++;
      left = perRow;
    }
  };
}
