import { EspalierError, strategy, sum } from '@espalier/core';

/** Every position holds a weight: a dense network. */
export const full = strategy(
  'allocate',
  'full',
  {},
  {
    useFactory: () => ({
      allocate(layers, budget) {
        const sizes = layers.map(({ size }) => size);
        if (sum(sizes) === budget) return sizes;
        throw new EspalierError(
          'ESPALIER_INFEASIBLE_BUDGET',
          `allocate "full" gives all ${sum(sizes)} positions a weight, but the budget is ${budget}; ` +
            'set the density to 1, or choose another allocator.',
        );
      },
    }),
  },
  { summary: 'A weight at every position; for density 1 only.' },
);
