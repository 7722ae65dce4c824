import type { ExpandedRecipe, RunStartEvent, TrainEvent } from '@espalier/core';

const RECIPE: ExpandedRecipe = {
  method: 'set',
  allocate: { use: 'erk' },
  topology: { use: 'uniform' },
  weights: { use: 'he' },
  trigger: { use: 'every', updateInterval: 2 },
  densitySchedule: { use: 'constant' },
  grownValue: { use: 'zeros' },
  hook: null,
  structure: null,
  backward: null,
  rounds: [
    {
      drop: { use: 'constant', fraction: 0.3 },
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

export const RUN_START: RunStartEvent = {
  type: 'run:start',
  step: 0,
  totalSteps: 4,
  epochs: 1,
  stepsPerEpoch: 4,
  seed: 3,
  engine: { name: 'reference', backend: 'js', threads: 1 },
  density: { requested: 0.5, actual: 0.5 },
  budget: 10,
  recipe: RECIPE,
  layers: [
    { name: 'fc1/kernel', shape: [4, 5], size: 20, nonZeros: 10, dense: false },
    { name: 'fc2/kernel', shape: [5, 2], size: 10, nonZeros: 10, dense: true },
  ],
};

export const stepEvent = (step: number): TrainEvent => ({
  type: 'step',
  step,
  epoch: 0,
  loss: 1 / (step + 1),
  learningRate: 0.1,
});

export const UPDATE: TrainEvent = {
  type: 'topology:update',
  step: 2,
  epoch: 0,
  updateIndex: 0,
  dropFraction: 0.3,
  budget: 8,
  pruned: 3,
  grown: 1,
  returned: 0,
  layers: [{ name: 'fc1/kernel', pruned: 3, grown: 1, returned: 0, nonZerosBefore: 10, nonZerosAfter: 8 }],
};

export const evaluation = (accuracy: number): TrainEvent => ({
  type: 'evaluation',
  step: 4,
  epoch: 0,
  split: 'test',
  loss: 0.5,
  accuracy,
  examples: 100,
});

export const runEnd = (outcome: 'completed' | 'stopped'): TrainEvent => ({
  type: 'run:end',
  step: 4,
  topologyUpdates: 1,
  outcome,
});
