import { definePlugin, strategy } from 'espalier';

/** Density falls in a straight line from `initial` to the target, which it meets at the fraction `end` of the run. */
const linear = strategy(
  'densitySchedule',
  'acme/linear',
  { initial: 0.5, end: 0.5 },
  {
    useFactory: ({ initial, end }) => ({
      density({ step, totalSteps }, target) {
        const progress = Math.min(1, step / (end * totalSteps));
        return initial + (target - initial) * progress;
      },
    }),
  },
  {
    summary: 'A straight line to the target.',
    options: {
      initial: 'density at the start, in (0, 1]',
      end: 'fraction of the run at which it ends, in (0, 1]',
    },
  },
);

export default definePlugin({ name: '@acme/espalier-plugin-density', api: 1, strategies: [linear] });
