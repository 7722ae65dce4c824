/**
 * MEST, memory-economic sparse training: mutation of the weights that matter least, with or without a soft bound on
 * memory.
 * @module
 */
import { definePlugin, method, type RecipeSpec } from '@espalier/core';
import { mutation } from './mutation.js';
import { softBound } from './soft-bound.js';
import { toTarget } from './to-target.js';

const PAPER =
  'Yuan, Ma, Niu, Li, Kong, Liu, Gong, Zhan, He, Jin, Wang, Qin, Ren, MEST: Accurate and Fast Memory-Economic Sparse Training Framework on the Edge, 2021, arXiv 2110.14032';

const DEFAULTS = { dropFraction: 0.2, lambda: 0.01, updateInterval: null, updateEnd: 0.75 } as const;

const OPTIONS = {
  dropFraction:
    'share of the weights that an update replaces, in [0, 1]; half of it from 56 % of the run on, none at the end',
  lambda: 'how much the absolute gradient counts beside the absolute weight, not negative',
  updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
  updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
} as const;

/** What both forms have in common. */
function elastic(lambda: number): RecipeSpec {
  return {
    allocate: 'uniform',
    prune: { use: 'magnitude-gradient', lambda },
    redistribute: 'identity',
    regrow: 'random',
    regrowPruned: 'restart',
    grownValue: 'zeros',
  };
}

const mest = method(
  'mest',
  DEFAULTS,
  ({ dropFraction, lambda, updateInterval, updateEnd }) => ({
    ...elastic(lambda),
    trigger: { use: 'step-interval', updateInterval, updateEnd },
    drop: { use: 'mutation', dropFraction, updateEnd },
    pruneQuota: 'per-layer',
  }),
  {
    summary:
      'Elastic mutation: in each layer the weights with the smallest |weight| + lambda |gradient| are replaced at random places.',
    options: OPTIONS,
    paper: PAPER,
  },
);

const mestSoft = method(
  'mest-em-s',
  DEFAULTS,
  ({ dropFraction, lambda, updateInterval, updateEnd }) => ({
    ...elastic(lambda),
    // The last update takes the mutation before it away, so there has to be one where updates end.
    trigger: { use: 'step-interval', updateInterval, updateEnd, updateAtEnd: true },
    densitySchedule: { use: 'soft-bound', of: { use: 'mutation', dropFraction, updateEnd } },
    drop: { use: 'mutation', dropFraction, updateEnd },
    pruneQuota: 'to-target',
  }),
  {
    summary:
      'Elastic mutation with a soft memory bound: between updates the network holds the new weights beside its target, the next update prunes to the target.',
    options: {
      ...OPTIONS,
      dropFraction:
        'weights held above the target, as a share of it, in [0, 1]; half of it from 56 % of the run on, none at the end',
    },
    paper: PAPER,
  },
);

const mestPaper = method(
  'mest/paper',
  { dropFraction: 0.02, lambda: 0, every: 5, updateEnd: 0.75 },
  ({ dropFraction, lambda, every, updateEnd }) => ({
    ...elastic(lambda),
    trigger: { use: 'epoch-end', every },
    drop: { use: 'mutation', dropFraction, of: 'all', updateEnd },
    pruneQuota: 'per-layer',
  }),
  {
    summary:
      'Elastic mutation with the numbers of its code: 2 % of all positions every 5 epochs, by magnitude.',
    options: {
      dropFraction: 'share of all positions, active or not, that an update replaces, in [0, 1]',
      lambda: OPTIONS.lambda,
      every: 'epochs between updates',
      updateEnd: 'fraction of the run from which nothing is replaced, in (0, 1]',
    },
    paper: PAPER,
  },
);

/**
 * The plugin: methods `mest`, `mest-em-s` and `mest/paper`, the drop schedule `mutation`, the density schedule
 * `soft-bound`, the quota `to-target`.
 */
export default definePlugin({
  name: '@espalier/plugin-mest',
  api: 1,
  strategies: [mutation, softBound, toTarget],
  methods: [mest, mestSoft, mestPaper],
});
