import { type Observer, strategy, sum } from '@espalier/core';
import { measureBoth, sizeOf } from './layers.js';
import { reachOf } from './reach.js';

/** Which units take no part in what the network computes, and how many weights are left without them. */
export const deadUnits = strategy(
  'observe',
  'dead-units',
  {},
  {
    useFactory: (): Observer => ({
      observe() {},
      probe: {
        due: (_clock, updates) => updates,
        look(layers, _clock, measure) {
          const reach = reachOf(layers);
          const dead = reach.map((layer) => layer.deadUnits);
          measureBoth(measure, 'units', sum(dead), dead);
          measure('cut-layers', reach.filter(({ effective }) => effective === 0).length);
          const sparse = layers.map(({ dense, size }, i) => ({ dense, size, ...reach[i]! }));
          const counted = sparse.filter(({ dense }) => !dense);
          if (counted.length === 0) return;
          const effective = sum(counted.map((layer) => layer.effective));
          const densities = sparse.map((layer) => layer.effective / layer.size);
          measureBoth(measure, 'effective-density', effective / sizeOf(counted), densities);
        },
      },
    }),
  },
  {
    summary:
      'Units that no path from input to output crosses (`units`), the density that is left without their links (`effective-density`), and layers that nothing passes (`cut-layers`).',
  },
);
