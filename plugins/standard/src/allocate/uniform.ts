import { apportion, strategy, sum } from '@espalier/core';

/** Every layer gets the same density, up to whole weights. */
export const uniform = strategy(
  'allocate',
  'uniform',
  {},
  {
    useFactory: () => ({
      allocate(layers, budget) {
        const sizes = layers.map(({ size }) => size);
        const all = sum(sizes);
        return apportion(
          sizes.map((size) => (budget * size) / all),
          budget,
          { floors: sizes.map(() => 1), caps: sizes },
        );
      },
    }),
  },
  { summary: 'The same density in every layer, at least one weight each.' },
);
