import { apportion, definePlugin, floorCount, strategy } from 'espalier';

/** The dense layers lose most: quotas in proportion to non-zeros times density. */
const byDensity = strategy(
  'pruneQuota',
  'acme/by-density',
  {},
  {
    useFactory: () => ({
      quota(sites, context) {
        const active = sites.map(({ layer }) => layer.active.length);
        const all = active.reduce((sum, n) => sum + n, 0);
        const total = floorCount(context.dropFraction * all);
        const weigh = sites.map(({ layer }, i) => active[i]! * (active[i]! / layer.size));
        const whole = weigh.reduce((sum, n) => sum + n, 0);
        const targets = weigh.map((n) => (total * n) / whole);
        return apportion(targets, total, { caps: active });
      },
    }),
  },
  { summary: 'In proportion to non-zeros times density.' },
);

export default definePlugin({ name: '@acme/espalier-plugin-quota', api: 1, strategies: [byDensity] });
