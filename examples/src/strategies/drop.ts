import { definePlugin, strategy } from 'espalier';

/** f(t) = dropFraction x exp(-rate x t / T): falls fast and never quite ends. */
const exponential = strategy(
  'drop',
  'acme/exponential',
  { dropFraction: 0.3, rate: 3 },
  {
    useFactory: ({ dropFraction, rate }) => ({
      fraction: ({ step, totalSteps }) => dropFraction * Math.exp((-rate * step) / totalSteps),
    }),
  },
  {
    summary: 'Falls exponentially over the run.',
    options: { dropFraction: 'at the start, in [0, 1]', rate: 'how fast: exp(-rate) is left at the end' },
    check: ({ dropFraction, rate }) =>
      dropFraction >= 0 && dropFraction <= 1 && rate >= 0
        ? undefined
        : `dropFraction is ${dropFraction} and rate ${rate}; they must lie in [0, 1] and be at least 0.`,
  },
);

export default definePlugin({ name: '@acme/espalier-plugin-drop', api: 1, strategies: [exponential] });
