/**
 * RigL, the Rigged Lottery: magnitude pruning and regrowth where the gradient is largest.
 * @module
 */
import { definePlugin, method } from '@espalier/core';

/** Each layer's smallest weights are replaced where its dense gradient is largest; layer densities stay. */
const rigl = method(
  'rigl',
  { dropFraction: 0.3, updateInterval: null, updateEnd: 0.75 },
  ({ dropFraction, updateInterval, updateEnd }) => ({
    allocate: 'erk',
    trigger: { use: 'step-interval', updateInterval, updateEnd },
    drop: { use: 'cosine', dropFraction, updateEnd },
    prune: 'magnitude',
    pruneQuota: 'per-layer',
    redistribute: 'identity',
    regrow: 'gradient',
    regrowPruned: 'keep',
    skipOptimizerStep: true,
    grownValue: 'zeros',
  }),
  {
    summary: "Each layer's smallest weights are replaced where its gradient is largest.",
    options: {
      dropFraction: "share of each layer's weights replaced by the first update, falling to 0 along a cosine",
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
    },
    paper:
      'Evci, Gale, Menick, Castro, Elsen, Rigging the Lottery: Making All Tickets Winners, 2020, arXiv 1911.11134',
  },
);

/** The plugin: method `rigl`. */
export default definePlugin({ name: '@espalier/plugin-rigl', api: 1, methods: [rigl] });
