/**
 * Gradual magnitude pruning: the network starts dense, and ever more of its smallest weights are taken away.
 * @module
 */
import { definePlugin, method } from '@espalier/core';

const gmp = method(
  'gmp',
  { startDensity: 1, scope: 'global', updateInterval: null, updateBegin: 0.1, updateEnd: 0.75 },
  ({ startDensity, scope, updateInterval, updateBegin, updateEnd }) => ({
    allocate: 'uniform',
    // The update where pruning ends brings the network to its target, whatever the interval.
    trigger: { use: 'step-interval', updateInterval, updateBegin, updateEnd, updateAtEnd: true },
    densitySchedule: { use: 'cubic', start: startDensity, begin: updateBegin, end: updateEnd },
    prune: 'magnitude',
    pruneQuota: { use: 'to-budget', scope },
    redistribute: 'identity',
    regrow: 'random',
  }),
  {
    summary: 'From dense to the target density along a cubic: the smallest weights leave, nothing regrows.',
    options: {
      startDensity: 'density before pruning begins, in (0, 1]',
      scope: 'global: the smallest weights of all layers; per-layer: the same share of every layer',
      updateInterval: 'steps between prunings; null takes 1/30 of the time up to the last, from 1 to 100',
      updateBegin: 'fraction of the run after which pruning begins, in [0, 1)',
      updateEnd: 'fraction of the run where the target is reached, in (0, 1]',
    },
    paper:
      'Zhu, Gupta, To Prune, or Not to Prune: Exploring the Efficacy of Pruning for Model Compression, 2017, arXiv 1710.01878',
  },
);

/** The plugin: method `gmp`. */
export default definePlugin({ name: '@espalier/plugin-gmp', api: 1, methods: [gmp] });
