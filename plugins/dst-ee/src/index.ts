/**
 * DST-EE: RigL whose regrowth balances exploitation, by the gradient, and exploration of weights that were seldom active.
 * @module
 */
import { definePlugin, method } from '@espalier/core';
import { exploration } from './exploration.js';

const dstEe = method(
  'dst-ee',
  { dropFraction: 0.3, updateInterval: null, updateEnd: 0.75, c: 0.001, eps: 1 },
  ({ dropFraction, updateInterval, updateEnd, c, eps }) => ({
    allocate: 'erk',
    trigger: { use: 'step-interval', updateInterval, updateEnd },
    drop: { use: 'cosine', dropFraction, updateEnd },
    prune: 'magnitude',
    pruneQuota: 'per-layer',
    redistribute: 'identity',
    regrow: { use: 'exploration', c, eps },
    regrowPruned: 'keep',
    skipOptimizerStep: true,
    grownValue: 'zeros',
  }),
  {
    summary:
      "Each layer's smallest weights are replaced where the gradient is large or few topologies had a weight.",
    options: {
      dropFraction: "share of each layer's weights replaced by the first update, falling to 0 along a cosine",
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
      c: 'how much exploring counts beside the gradient',
      eps: 'the smaller, the more a weight that was never active is preferred',
    },
    paper:
      'Huang, Lei, Xu, Peng, Sun, Xie, Ding, Dynamic Sparse Training via Balancing the Exploration-Exploitation Trade-off, 2022, arXiv 2211.16667',
  },
);

/** The plugin: method `dst-ee` and the regrow criterion `exploration`. */
export default definePlugin({
  name: '@espalier/plugin-dst-ee',
  api: 1,
  strategies: [exploration],
  methods: [dstEe],
});
