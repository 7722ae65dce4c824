/**
 * DSR, dynamic sparse reparameterisation: one magnitude threshold for all layers, adapted until updates prune as many
 * weights as wanted, and random regrowth in proportion to what each layer kept.
 * @module
 */
import { definePlugin, type MethodDefinition, method } from '@espalier/core';
import { adaptiveThreshold } from './adaptive-threshold.js';
import { intervalStages } from './interval-stages.js';

const OPTIONS = {
  dropFraction: 'share of all weights that an update is to prune, in [0, 1]',
  prunedWeights: 'how many weights an update is to prune, in place of a share',
  threshold: 'magnitude below which weights leave in the first update; it adapts',
  tolerance: 'relative distance from the wanted number at which the threshold stays',
  updateInterval:
    'steps between the first updates, doubled at 12.5, 40 and 70 % of the run; null makes about 30 updates, at most 100 steps apart at first',
  updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
} as const;

const PAPER =
  'Mostafa, Wang, Parameter Efficient Training of Deep Convolutional Neural Networks by Dynamic Sparse Reparameterization, 2019, arXiv 1902.05967';

const DEFAULTS = { threshold: 0.001, tolerance: 0.1, updateEnd: 0.95 } as const;

function dsrWith(
  name: string,
  moved: {
    readonly dropFraction: number;
    readonly prunedWeights: number | null;
    readonly updateInterval: number | null;
  },
  summary: string,
): MethodDefinition {
  return method(
    name,
    { ...moved, ...DEFAULTS },
    ({ dropFraction, prunedWeights, threshold, tolerance, updateInterval, updateEnd }) => ({
      allocate: 'uniform',
      trigger: { use: 'interval-stages', updateInterval, updateEnd },
      drop: { use: 'constant', dropFraction },
      prune: 'magnitude',
      pruneQuota: { use: 'adaptive-threshold', threshold, prunedWeights, tolerance },
      redistribute: 'survivors',
      regrow: 'random',
      regrowPruned: 'never',
      grownValue: 'zeros',
    }),
    { summary, options: OPTIONS, paper: PAPER },
  );
}

const dsr = dsrWith(
  'dsr',
  { dropFraction: 0.1, prunedWeights: null, updateInterval: null },
  'Weights below a global threshold move to random places, in layers that keep many; the threshold adapts.',
);

const dsrPaper = dsrWith(
  'dsr/paper',
  { dropFraction: 0.1, prunedWeights: 600, updateInterval: 100 },
  'DSR with the numbers of its code: 600 weights in an update, and 100 to 800 steps between updates.',
);

/** The plugin: methods `dsr` and `dsr/paper`, the quota `adaptive-threshold`, the trigger `interval-stages`. */
export default definePlugin({
  name: '@espalier/plugin-dsr',
  api: 1,
  strategies: [adaptiveThreshold, intervalStages],
  methods: [dsr, dsrPaper],
});
