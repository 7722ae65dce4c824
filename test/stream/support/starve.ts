import { definePlugin, type Redistributor, strategy } from '@espalier/core';

/** A redistributor that leaves every layer but the last one its floor. */
const starve: Redistributor = {
  distribute(sites, total) {
    const counts = sites.map(({ layer, floor }) => Math.max(0, floor - layer.active.length));
    const last = counts.length - 1;
    counts[last] = total - counts.slice(0, last).reduce((sum, n) => sum + n, 0);
    return counts;
  },
};

/** The plugin: redistributor `test/starve`. */
export default definePlugin({
  name: 'test-starve',
  api: 1,
  strategies: [
    strategy('redistribute', 'test/starve', {}, { useFactory: () => starve }, { summary: 'Starves layers.' }),
  ],
});
