import { definePlugin, strategy } from 'espalier';

/** Measures with every update which share of each layer's non-zeros is new. */
const novelty = strategy(
  'observe',
  'acme/novelty',
  {},
  {
    useFactory: () => ({
      observe(event, measure) {
        if (event.type !== 'topology:update') return;
        measure(
          'novelty',
          event.layers.map(({ grown, nonZerosAfter }) => grown / Math.max(1, nonZerosAfter)),
        );
      },
    }),
  },
  { summary: "The share of each layer's non-zeros that an update grew." },
);

export default definePlugin({ name: '@acme/espalier-plugin-novelty', api: 1, strategies: [novelty] });
