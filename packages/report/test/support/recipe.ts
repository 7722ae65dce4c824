import type { ExpandedRecipe } from '@espalier/core';

/** The recipe of a run that is made up. */
export const RECIPE: ExpandedRecipe = {
  method: 'made',
  allocate: { use: 'erk' },
  topology: { use: 'uniform' },
  weights: { use: 'he' },
  trigger: { use: 'step-interval', updateInterval: 4 },
  densitySchedule: { use: 'constant' },
  grownValue: { use: 'zeros' },
  hook: null,
  structure: null,
  backward: null,
  rounds: [
    {
      drop: { use: 'constant', dropFraction: 0.2 },
      prune: { use: 'magnitude' },
      pruneQuota: { use: 'per-layer' },
      redistribute: { use: 'as-pruned' },
      regrow: [{ choice: { use: 'random' }, share: 1, spread: 'by-count' }],
    },
  ],
  order: 'prune-regrow',
  regrowPruned: 'restart',
  skipOptimizerStep: false,
  slots: { use: 'zero' },
  minDensity: 0,
  accumulate: 1,
  imposedDensity: null,
};
