import { definePlugin, strategy } from 'espalier';

/** As many of the largest inactive weights are trained as the layer has active ones, times a factor. */
const runnersUp = strategy(
  'backward',
  'acme/runners-up',
  { factor: 0.5, decay: 0.0001 },
  {
    useFactory: ({ factor, decay }) => ({
      decay: { active: 0, inactive: decay },
      trained: (layer) => layer.strongest(Math.floor(factor * layer.active.length)),
    }),
  },
  {
    summary: 'The largest inactive weights are trained, too.',
    options: { factor: 'of the number of active weights', decay: 'of the inactive ones' },
  },
);

export default definePlugin({ name: '@acme/espalier-plugin-runners-up', api: 1, strategies: [runnersUp] });
