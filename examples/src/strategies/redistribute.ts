import { apportion, definePlugin, reserveFloors, strategy } from 'espalier';

/** Layers regrow in proportion to the mean size of the weights they kept: strong layers gain. */
const meanMagnitude = strategy(
  'redistribute',
  'acme/mean-magnitude',
  {},
  {
    useFactory: () => ({
      distribute(sites, total) {
        const means = sites.map(({ layer: { weights } }) => {
          const sum = weights.reduce((all, weight) => all + Math.abs(weight), 0);
          return sum / Math.max(1, weights.length);
        });
        const all = means.reduce((sum, mean) => sum + mean, 0) || 1;
        const targets = means.map((mean) => (total * mean) / all);
        // What layers below their floors must get, and no more than each has room for.
        const floors = reserveFloors(sites, total).counts;
        return apportion(targets, total, { floors, caps: sites.map(({ room }) => room) });
      },
    }),
  },
  { summary: 'In proportion to the mean magnitude of the layer.' },
);

export default definePlugin({
  name: '@acme/espalier-plugin-redistribute',
  api: 1,
  strategies: [meanMagnitude],
});
