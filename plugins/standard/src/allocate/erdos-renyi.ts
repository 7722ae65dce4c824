import { apportion, type LayerShape, strategy, sum } from '@espalier/core';
import { scaleToBudget } from './erdos-renyi-densities.js';

/** Erdős–Rényi: density in proportion to (inputs + units) / (inputs x units), the kernel's area left out. */
export const er = strategy(
  'allocate',
  'er',
  {},
  {
    useFactory: () => ({
      allocate: (layers, budget) =>
        counts(
          layers,
          layers.map(({ units, inputs, groups }) => (units + inputs / groups) / ((units * inputs) / groups)),
          budget,
        ),
    }),
  },
  {
    summary: 'Erdős–Rényi: density in proportion to (inputs + units) / (inputs x units).',
    paper: 'Mocanu et al., Scalable training of artificial neural networks, 2018, arXiv 1707.04780',
  },
);

/** Erdős–Rényi-Kernel: density in proportion to the sum of the shape over its product. */
export const erk = strategy(
  'allocate',
  'erk',
  { power: 1 },
  {
    useFactory: ({ power }) => ({
      allocate: (layers, budget) =>
        counts(
          layers,
          layers.map(
            ({ units, inputs, groups, kernel, size }) =>
              ((units + inputs / groups + sum(kernel)) / size) ** power,
          ),
          budget,
        ),
    }),
  },
  {
    summary: 'Erdős–Rényi-Kernel: density in proportion to the sum of the shape over its product.',
    options: { power: 'exponent of that ratio: 1 is ERK, 0 is uniform' },
    paper: 'Evci et al., Rigging the Lottery, 2020, arXiv 1911.11134',
  },
);

function counts(layers: readonly LayerShape[], raw: readonly number[], budget: number): number[] {
  const sizes = layers.map(({ size }) => size);
  const densities = scaleToBudget(layers, raw, budget);
  return apportion(
    densities.map((density, i) => density * sizes[i]!),
    budget,
    { floors: sizes.map(() => 1), caps: sizes },
  );
}
