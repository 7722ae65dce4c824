import { strategy } from '@espalier/core';
import { notNegative } from '../options/checks.js';

/** Grown weights start at normal random values. */
export const normal = strategy(
  'grownValue',
  'normal',
  { standardDeviation: 0.1 },
  {
    useFactory: ({ standardDeviation }) => ({
      value(layer, positions, context) {
        const random = context.random('value', layer);
        return new Float32Array(positions.length).map(() => standardDeviation * random.normal());
      },
    }),
  },
  {
    summary: 'Grown weights start at normal random values with mean 0.',
    options: { standardDeviation: 'of the values, not negative' },
    paper: 'as in the sparse code of Mocanu et al., 2018, arXiv 1707.04780: N(0, 0.1)',
    check: ({ standardDeviation }) => notNegative('standardDeviation', standardDeviation),
  },
);
