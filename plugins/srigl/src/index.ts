/**
 * SRigL: RigL with the same number of weights in every unit, and none in units that have few salient ones.
 * @module
 */
import { definePlugin, method } from '@espalier/core';

/** RigL under a constant fan-in; units with few salient weights are ablated and may come back. */
const srigl = method(
  'srigl',
  { dropFraction: 0.3, ablate: 0.3, updateInterval: null, updateEnd: 0.75 },
  ({ dropFraction, ablate, updateInterval, updateEnd }) => ({
    allocate: 'erk',
    trigger: { use: 'step-interval', updateInterval, updateEnd },
    drop: { use: 'cosine', dropFraction, updateEnd },
    prune: 'magnitude',
    pruneQuota: 'per-layer',
    redistribute: 'allocated',
    regrow: 'gradient',
    regrowPruned: 'keep',
    skipOptimizerStep: true,
    grownValue: 'zeros',
    structure: { use: 'constant-fan-in', ablate },
  }),
  {
    summary:
      'As RigL, but every unit of a layer has the same number of weights, and units with few salient weights have none.',
    options: {
      dropFraction: "share of each layer's weights replaced by the first update, falling to 0 along a cosine",
      ablate: 'units with fewer than this share of the fan-in salient lose all weights; 0 ablates none',
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
    },
    paper:
      'Lasby, Golubeva, Evci, Nica, Ioannou, Dynamic Sparse Training with Structured Sparsity, 2024, arXiv 2305.02299',
  },
);

/** The plugin: method `srigl`, built on the structures of `@espalier/plugin-structures`. */
export default definePlugin({ name: '@espalier/plugin-srigl', api: 1, methods: [srigl] });
