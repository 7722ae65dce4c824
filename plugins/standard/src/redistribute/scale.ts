import { type LayerView, type Signal, type Site } from '@espalier/core';

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
  return sites.map(({ layer }) => {
    if (by === 'none') return 1;
    if (by === 'weightScale') return rootMeanSquare(layer.weights);
    const mean = meanOffPlan(layer, signal);
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

function rootMeanSquare(values: Float32Array): number {
  if (values.length === 0) return 0;
  return Math.sqrt(values.reduce((total, w) => total + w * w, 0) / values.length);
}
