import { allPositions, pick, selectLargest, strategy } from '@espalier/core';

/** The positions where the dense network's starting weights are largest. */
export const largest = strategy(
  'topology',
  'largest',
  {},
  {
    useFactory: () => ({
      place(layer, count, { oracle }) {
        const sizes = oracle.weights(layer).map(Math.abs);
        return pick(allPositions(layer.size), selectLargest(sizes, count));
      },
    }),
  },
  { summary: 'The positions of the layer where the dense starting weights are largest.' },
);
