import type { RecipeSpec } from '../contract.js';

/**
 * What a recipe has where neither the method nor the configuration says otherwise: a static sparse network.
 * The names are those of the standard plugin.
 */
export const BASE_RECIPE = {
  allocate: 'erk',
  topology: 'uniform',
  weights: 'he',
  trigger: 'never',
  drop: 'constant',
  densitySchedule: 'constant',
  prune: 'magnitude',
  pruneQuota: 'per-layer',
  redistribute: 'identity',
  regrow: 'random',
  grownValue: 'zeros',
  hook: null,
  structure: null,
  backward: null,
  order: 'prune-regrow',
  regrowPruned: 'keep',
  skipOptimizerStep: false,
  slots: 'zero',
  minDensity: 0,
  accumulate: 1,
  imposedDensity: null,
} as const satisfies RecipeSpec;
