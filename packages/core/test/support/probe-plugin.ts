import { definePlugin, method, type Options, type Slot, strategy } from '@espalier/core';

const about = { summary: 'For tests of recipes; is never called.' };
const inert = (slot: Slot, name: string, defaults: Options = {}) =>
  strategy(slot, name, defaults, { useFactory: () => ({}) as never }, about);

/** What every recipe names by default, a few alternatives, and methods `bare` and `probe`. */
export const probePlugin = definePlugin({
  name: 'probe',
  api: 1,
  strategies: [
    inert('allocate', 'erk'),
    inert('allocate', 'uniform'),
    inert('topology', 'uniform'),
    inert('weights', 'he'),
    inert('trigger', 'never'),
    inert('trigger', 'every', { steps: 2, from: 0 }),
    inert('drop', 'constant', { dropFraction: 0.3 }),
    inert('drop', 'cosine', { dropFraction: 0.3, updateEnd: 0.75 }),
    inert('densitySchedule', 'constant'),
    inert('prune', 'magnitude'),
    inert('pruneQuota', 'per-layer'),
    inert('pruneQuota', 'to-budget'),
    inert('redistribute', 'identity'),
    inert('regrow', 'random'),
    inert('regrow', 'gradient', { sharpness: 1 }),
    inert('grownValue', 'zeros'),
    inert('grownValue', 'normal', { deviation: 0.1 }),
    inert('hook', 'noise', { sigma: 0.1 }),
  ],
  methods: [
    method('bare', {}, () => ({}), about),
    method(
      'probe',
      { dropFraction: 0.5, steps: 4 },
      ({ dropFraction, steps }) => ({
        trigger: { use: 'every', steps },
        drop: { use: 'cosine', dropFraction },
        regrow: ['gradient', { use: 'random', share: 0.25 }],
        skipOptimizerStep: true,
        minDensity: 0.1,
      }),
      about,
    ),
  ],
});
