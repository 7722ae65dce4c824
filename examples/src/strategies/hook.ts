import { definePlugin, strategy } from 'espalier';

/** After every optimizer step, weights are cut to [-limit, limit]. */
const clip = strategy(
  'hook',
  'acme/clip',
  { limit: 1 },
  {
    useFactory: ({ limit }) => ({
      afterStep({ weights }) {
        for (let i = 0; i < weights.length; i++) {
          weights[i] = Math.max(-limit, Math.min(limit, weights[i]!));
        }
      },
    }),
  },
  { summary: 'Cuts weights to an interval.', options: { limit: 'largest absolute value' } },
);

export default definePlugin({ name: '@acme/espalier-plugin-clip', api: 1, strategies: [clip] });
