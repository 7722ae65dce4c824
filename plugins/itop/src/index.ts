/**
 * In-time over-parameterisation: RigL and SET with few, far and large updates, so that many weights are explored and
 * each of them long enough.
 * @module
 */
import { definePlugin, type MethodDefinition, method } from '@espalier/core';

function itop(
  name: string,
  regrow: 'gradient' | 'random',
  updates: number,
  summary: string,
): MethodDefinition {
  return method(
    name,
    { dropFraction: 0.5, minimum: 0.005, updates, updateInterval: null, updateEnd: 1 },
    (options) => ({
      allocate: 'erk',
      trigger: {
        use: 'step-interval',
        updates: options.updates,
        updateInterval: options.updateInterval,
        updateEnd: options.updateEnd,
      },
      drop: {
        use: 'cosine',
        dropFraction: options.dropFraction,
        minimum: options.minimum,
        updateEnd: options.updateEnd,
      },
      prune: 'magnitude',
      pruneQuota: { use: 'per-layer', rounding: 'ceil' },
      redistribute: 'identity',
      regrow,
      regrowPruned: 'keep',
      grownValue: 'zeros',
    }),
    {
      summary,
      options: {
        dropFraction: "share of each layer's weights replaced by the first update, falling along a cosine",
        minimum: 'the share at the end',
        updates: 'how many updates the updating part of the run is divided into',
        updateInterval: 'steps between updates, in place of their number',
        updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
      },
      paper:
        'Liu, Yin, Mocanu, Pechenizkiy, Do We Actually Need Dense Over-Parameterization? In-Time Over-Parameterization in Sparse Training, 2021, arXiv 2102.02887',
    },
  );
}

// 250 epochs of CIFAR in batches of 128 are about 98,000 steps: one update every 4000, or every 1500.
const riglItop = itop(
  'rigl-itop',
  'gradient',
  24,
  'RigL with few, far and large updates over the whole run, so that each explored weight has time to grow.',
);
const setItop = itop(
  'set-itop',
  'random',
  65,
  'SET with few, far and large updates over the whole run, so that each explored weight has time to grow.',
);

/** The plugin: methods `rigl-itop` and `set-itop`. */
export default definePlugin({ name: '@espalier/plugin-itop', api: 1, methods: [riglItop, setItop] });
