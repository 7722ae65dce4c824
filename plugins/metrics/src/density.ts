import { type Observer, strategy } from '@espalier/core';
import { type Fan, fanIn, fanOut } from './fans.js';
import { nonZerosOf, sizeOf, sparseOf } from './layers.js';

/** Where the weights are. */
export const density = strategy(
  'observe',
  'density',
  {},
  {
    useFactory: (): Observer => ({
      observe() {},
      probe: {
        due: (_clock, updates) => updates,
        look(layers, _clock, measure) {
          const sparse = sparseOf(layers);
          if (sparse.length > 0) measure('density', nonZerosOf(sparse) / sizeOf(sparse));
          measure(
            'density-by-layer',
            layers.map(({ active, size }) => active.length / size),
          );
          const all = nonZerosOf(layers);
          measure(
            'share-by-layer',
            layers.map(({ active }) => active.length / all),
          );
          const fans = { 'fan-in': layers.map(fanIn), 'fan-out': layers.map(fanOut) };
          for (const [name, each] of Object.entries(fans)) {
            for (const figure of ['min', 'mean', 'max'] as const satisfies readonly (keyof Fan)[]) {
              measure(
                `${name}-${figure}-by-layer`,
                each.map((fan) => fan[figure]),
              );
            }
          }
        },
      },
    }),
  },
  {
    summary:
      'The density of the sparse layers together and of every layer, the share of the weights that each layer holds, and the fewest, mean and most weights into a unit and out of an input.',
  },
);
