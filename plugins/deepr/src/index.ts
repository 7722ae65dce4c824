/**
 * Deep Rewiring: every position has a sign; a weight that changes its sign leaves, and another comes at random.
 * @module
 */
import { definePlugin, method } from '@espalier/core';
import { agreement } from './agreement.js';
import { categorical } from './categorical.js';
import { drift } from './drift.js';
import { PAPER } from './paper.js';
import { signed } from './signed.js';

/** After every step, weights that have changed sign are replaced at random. */
const deepr = method(
  'deepr',
  { l1: 0.00001, temperature: 1e-10, variant: 'identity', updateInterval: 1 },
  ({ l1, temperature, variant, updateInterval }) => ({
    allocate: 'uniform',
    weights: 'signed',
    trigger: { use: 'step-interval', updateInterval, updateEnd: 1, updateAtStepZero: true },
    prune: 'sign-agreement',
    pruneQuota: { use: 'threshold', value: 0 },
    redistribute: variant,
    regrow: 'random',
    regrowPruned: 'restart',
    grownValue: 'zeros',
    hook: { use: 'drift', l1, temperature },
  }),
  {
    summary:
      'Weights that change the sign of their position leave, and as many come at random, after every step.',
    options: {
      l1: 'pull towards a change of sign, times the learning rate',
      temperature: 'of the random walk of the weights',
      variant:
        'identity: layers regrow what they lost; categorical: in layers drawn in proportion to what the allocator gave them',
      updateInterval: 'steps between updates',
    },
    paper: PAPER,
    check: ({ variant }) =>
      ['identity', 'categorical'].includes(variant)
        ? undefined
        : `variant is "${variant}", but must be identity or categorical.`,
  },
);

/**
 * The plugin: method `deepr`, weights `signed`, prune criterion `sign-agreement`, step hook `drift`, redistributor
 * `categorical`.
 */
export default definePlugin({
  name: '@espalier/plugin-deepr',
  api: 1,
  strategies: [signed, agreement, drift, categorical],
  methods: [deepr],
});
