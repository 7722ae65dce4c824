import { method, type RecipeSpec } from '@espalier/core';

/** Every update takes all weights away and brings the largest stored ones back, with what is stored. */
const LARGEST_STORED: RecipeSpec = {
  topology: 'largest',
  drop: { use: 'constant', dropFraction: 1 },
  prune: 'magnitude',
  pruneQuota: 'per-layer',
  redistribute: 'identity',
  regrow: 'stored',
  grownValue: 'stored',
  regrowPruned: 'keep',
  slots: 'keep',
};

const every = (updateInterval: number | null, updateAtStepZero: boolean) => ({
  use: 'step-interval',
  updateInterval,
  updateEnd: 1,
  updateAtStepZero,
});

const INTERVAL = 'steps between choices of the active weights; null takes 1/30 of the run, from 1 to 100';

/** The forward pass uses the largest weights of each layer, the backward pass trains some more. */
export const topKast = method(
  'top-kast',
  { extraDensity: null, penalty: 0.0001, exploreEnd: 1, updateInterval: null },
  ({ extraDensity, penalty, exploreEnd, updateInterval }) => ({
    ...LARGEST_STORED,
    allocate: 'uniform',
    trigger: every(updateInterval as number | null, false),
    backward: { use: 'strongest', extraDensity, penalty, exploreEnd },
  }),
  {
    summary:
      "Each layer's largest weights are used, and some more of its largest are trained; both sets are chosen anew at intervals.",
    options: {
      extraDensity:
        'weights trained besides the active ones, as a share of the positions; null is the target density',
      penalty: 'pull of active weights towards 0; for the others it is divided by the target density',
      exploreEnd: 'fraction of the run after which only active weights are trained, in [0, 1]',
      updateInterval: INTERVAL,
    },
    paper:
      'Jayakumar, Pascanu, Rae, Osindero, Elsen, Top-KAST: Top-K Always Sparse Training, 2020, arXiv 2106.03517',
  },
);

/** The largest of a dense network's weights are used, all are trained. */
export const magnitudeSte = method(
  'magnitude-ste',
  { allocate: 'uniform', decayInactive: 0, updateInterval: 1 },
  ({ allocate, decayInactive, updateInterval }) => ({
    ...LARGEST_STORED,
    allocate,
    trigger: every(updateInterval, true),
    backward: { use: 'all', decayInactive },
  }),
  {
    summary:
      "Each layer's largest weights are used; all are trained, by gradients that pass straight through the mask.",
    options: {
      allocate: 'how many weights each layer has: uniform, erk, ...',
      decayInactive: 'pull of inactive weights towards 0',
      updateInterval: 'steps between choices of the active weights',
    },
    paper: 'as in Lee et al., JaxPruner, 2023, arXiv 2304.14082',
  },
);

/** N:M sparsity with straight-through gradients, inactive weights pulled towards 0. */
export const srSte = method(
  'sr-ste',
  { n: 2, m: 4, decayInactive: 0.0002, updateInterval: 1 },
  ({ n, m, decayInactive, updateInterval }) => ({
    ...LARGEST_STORED,
    allocate: 'uniform',
    imposedDensity: n / m,
    trigger: every(updateInterval, true),
    structure: { use: 'n-m', n, m, start: 'largest' },
    backward: { use: 'all', decayInactive },
  }),
  {
    summary:
      'The N largest of each M consecutive weights are used; all are trained, and those not used are pulled towards 0.',
    options: {
      n: 'weights used in each group',
      m: 'consecutive inputs in a group; the density is n / m',
      decayInactive: 'pull of inactive weights towards 0, lambda in the paper',
      updateInterval: 'steps between choices of the active weights',
    },
    paper:
      'Zhou, Ma, Zhu, Liu, Zhang, Yuan, Sun, Li, Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch, 2021, arXiv 2102.04010',
    check: ({ n, m }) => (n >= 1 && n <= m ? undefined : `n is ${n}, but must lie between 1 and m = ${m}.`),
  },
);
