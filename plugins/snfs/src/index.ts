/**
 * SNFS, sparse networks from scratch, or sparse momentum: momentum says which layers gain weights and where.
 * @module
 */
import { definePlugin, method } from '@espalier/core';
import { momentum } from './momentum.js';
import { momentumRate } from './momentum-rate.js';

const snfs = method(
  'snfs',
  { dropFraction: 0.5, minimum: 0.005 },
  ({ dropFraction, minimum }) => ({
    allocate: 'uniform',
    trigger: 'epoch-end',
    drop: { use: 'cosine', dropFraction, minimum, updateEnd: 1 },
    prune: 'magnitude',
    pruneQuota: 'momentum-rate',
    redistribute: 'momentum',
    regrow: 'momentum',
    regrowPruned: 'keep',
    grownValue: 'zeros',
    slots: 'keep',
  }),
  {
    summary:
      'After each epoch the smallest weights of each layer go to the layers with the largest momentum, where the momentum is largest.',
    options: {
      dropFraction: "share of each layer's weights replaced by the first update, falling along a cosine",
      minimum: 'the share at the end of the run',
    },
    paper:
      'Dettmers, Zettlemoyer, Sparse Networks from Scratch: Faster Training without Losing Performance, 2019, arXiv 1907.04840',
  },
);

/** The plugin: method `snfs`, the regrow criterion `momentum`, the quota `momentum-rate`. */
export default definePlugin({
  name: '@espalier/plugin-snfs',
  api: 1,
  strategies: [momentum, momentumRate],
  methods: [snfs],
});
