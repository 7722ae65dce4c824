import { type LayerView, type Signal, type Site, sum } from '@espalier/core';

/** How a layer's signal is made comparable with that of others. */
export type Normalisation = 'none' | 'meanAbs' | 'weightScale';

/** The names of {@link Normalisation}. */
export const NORMALISATIONS: readonly Normalisation[] = ['none', 'meanAbs', 'weightScale'];

/**
 * What each layer's absolute signal is multiplied by.
 * - `meanAbs`: one over its mean at positions that hold no weight
 * - `weightScale`: the root mean square of the layer's weights, which makes the product invariant to a
 *   normalisation layer's rescaling
 */
export function scales(sites: readonly Site[], signal: Signal, by: Normalisation): number[] {
  if (by === 'weightScale') return weightScales(sites);
  return sites.map(({ layer }) => {
    const mean = by === 'meanAbs' ? meanOffPlan(layer, signal) : 1;
    return mean > 0 ? 1 / mean : 1;
  });
}

function meanOffPlan(layer: LayerView, signal: Signal): number {
  const { active } = layer;
  let total = 0;
  let a = 0;
  layer.scan(signal, (first, values) => {
    for (let i = 0; i < values.length; i++) {
      if (a < active.length && active[a] === first + i) a++;
      else total += Math.abs(values[i]!);
    }
  });
  return total / (layer.size - active.length);
}

/** Layers that keep nothing but zeros have no scale of their own, and take part with the mean of the others'. */
function weightScales(sites: readonly Site[]): number[] {
  const own = sites.map(({ layer }) => rootMeanSquare(layer.weights));
  const positive = own.filter((scale) => scale > 0);
  const neutral = positive.length > 0 ? sum(positive) / positive.length : 1;
  return own.map((scale) => (scale > 0 ? scale : neutral));
}

function rootMeanSquare(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * values[i]!;
  return Math.sqrt(total / Math.max(1, values.length));
}
