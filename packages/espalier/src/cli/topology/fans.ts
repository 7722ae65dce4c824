import type { LayerShape, Positions } from '@espalier/core';

/** How a layer's active weights are spread over its units and inputs. */
export interface Fans {
  /** Active weights into a unit. */
  readonly fanIn: { readonly min: number; readonly mean: number; readonly max: number };
  /** Units that no active weight leads to. */
  readonly unitsWithoutInput: number;
  /** Inputs that no active weight comes from. */
  readonly inputsWithoutOutput: number;
}

/** Counts active weights by unit and input. */
export function countFans(shape: LayerShape, active: Positions): Fans {
  const into = new Uint32Array(shape.units);
  const used = new Uint8Array(shape.inputs);
  for (let i = 0; i < active.length; i++) {
    into[shape.unitOf(active[i]!)]!++;
    used[shape.inputOf(active[i]!)] = 1;
  }
  let min = active.length;
  let max = 0;
  let empty = 0;
  for (const count of into) {
    min = Math.min(min, count);
    max = Math.max(max, count);
    if (count === 0) empty++;
  }
  return {
    fanIn: { min, mean: active.length / shape.units, max },
    unitsWithoutInput: empty,
    inputsWithoutOutput: used.reduce((unused, mark) => unused - mark, shape.inputs),
  };
}
