/**
 * GSE, guided stochastic exploration: regrowth from a sample of candidates, in time that grows with the weights alone.
 * @module
 */
import { definePlugin, method } from '@espalier/core';
import { PAPER, SAMPLE_DEFAULTS, SAMPLE_OPTIONS, sampleComplaint } from './options.js';
import { sampledGradient } from './sampled-gradient.js';
import { sampledRank } from './sampled-rank.js';

/** Weights grow where a sampled gradient is large, over all layers; then the smallest of the others leave. */
const gse = method(
  'gse',
  { dropFraction: 0.2, ...SAMPLE_DEFAULTS, scope: 'global', updateInterval: null, updateEnd: 0.6 },
  ({ dropFraction, sample, distribution, scope, updateInterval, updateEnd }) => ({
    allocate: 'er',
    trigger: { use: 'step-interval', updateInterval, updateEnd },
    drop: { use: 'cosine', dropFraction, updateEnd },
    prune: 'magnitude',
    pruneQuota: scope,
    redistribute: scope === 'global' ? { use: 'sampled-rank', sample, distribution } : 'identity',
    regrow: { use: 'sampled-gradient', sample, distribution },
    order: 'regrow-prune',
    regrowPruned: 'never',
    grownValue: 'zeros',
  }),
  {
    summary:
      'Weights grow where the gradient is largest among randomly sampled candidates of all layers, and the smallest of the others leave.',
    options: {
      dropFraction: 'share of the weights replaced by the first update, falling to 0 along a cosine',
      ...SAMPLE_OPTIONS,
      scope: 'global: both choices over all layers together; per-layer: layers keep their density',
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
    },
    paper: PAPER,
    check: (options) =>
      sampleComplaint(options) ??
      (['global', 'per-layer'].includes(options.scope)
        ? undefined
        : `scope is "${options.scope}", but must be global or per-layer.`),
  },
);

/** The plugin: method `gse`, the regrow criterion `sampled-gradient`, the redistributor `sampled-rank`. */
export default definePlugin({
  name: '@espalier/plugin-gse',
  api: 1,
  strategies: [sampledGradient, sampledRank],
  methods: [gse],
});
