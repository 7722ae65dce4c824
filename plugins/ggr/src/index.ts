/**
 * GGR, Global Gradient-based Redistribution: RigL with densities that move between layers.
 * @module
 */
import { definePlugin, method, type RegrowPruned, type RegrowSpread } from '@espalier/core';

/**
 * Layers lose the same share of their smallest weights and regrow as many as they have of the largest gradients
 * anywhere; a share of the places is drawn at random, and no layer falls below a least density.
 *
 * A reconstruction: the paper's code is not public, and what its text leaves open is an option here.
 */
const ggr = method(
  'ggr',
  {
    dropFraction: 0.3,
    updateInterval: null,
    updateEnd: 0.75,
    staircase: false,
    pruneQuota: 'per-layer',
    randomShare: 0.1,
    randomSpread: 'by-count',
    minDensity: 0.1,
    normalise: 'none',
    over: 'candidates',
    regrowPruned: 'keep',
    accumulate: 1,
  },
  (options) => {
    const { dropFraction, updateEnd } = options;
    const cosine = { use: 'cosine', dropFraction, updateEnd };
    return {
      allocate: 'erk',
      trigger: { use: 'step-interval', updateInterval: options.updateInterval, updateEnd },
      drop: options.staircase ? { use: 'staircase', of: cosine } : cosine,
      prune: 'magnitude',
      pruneQuota: options.pruneQuota,
      redistribute: {
        use: 'global-rank',
        by: 'gradient',
        normalise: options.normalise,
        over: options.over,
      },
      regrow: [
        'gradient',
        { use: 'random', share: options.randomShare, spread: options.randomSpread as RegrowSpread },
      ],
      regrowPruned: options.regrowPruned as RegrowPruned,
      skipOptimizerStep: true,
      grownValue: 'zeros',
      minDensity: options.minDensity,
      accumulate: options.accumulate,
    };
  },
  {
    summary: 'RigL whose layers regrow as many weights as they have of the largest gradients of all layers.',
    options: {
      dropFraction: 'share of the weights replaced by the first update, falling to 0 along a cosine',
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
      staircase: 'whether the drop fraction changes with epochs only',
      pruneQuota: 'per-layer: the same share of every layer; global: the smallest weights anywhere',
      randomShare: 'share of the regrown weights that is placed at random, in [0, 1]',
      randomSpread:
        "by-count: inside each layer's own count; by-room: in proportion to its candidates; drawn: from all layers' candidates",
      minDensity: 'no layer falls below this factor of the target density; 0 keeps one weight only',
      normalise:
        "none; meanAbs: gradients relative to the layer's mean; weightScale: gradients times the layer's weight scale",
      over: 'candidates: rank what can be regrown; all: rank all positions and rescale',
      regrowPruned: 'whether a weight pruned in this update may return: keep its value, restart, or never',
      accumulate: 'batches whose gradients are summed for an update',
    },
    paper:
      'Parger, Ertl, Eibensteiner, Mueller, Winter, Steinberger, Gradient-based Weight Density Balancing for Robust Dynamic Sparse Training, 2022, arXiv 2210.14012',
  },
);

/** The plugin: method `ggr`. */
export default definePlugin({ name: '@espalier/plugin-ggr', api: 1, methods: [ggr] });
