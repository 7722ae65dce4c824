import { type GrownValue, strategy } from '@espalier/core';

/** Grown weights start one gradient step away from 0. */
export const gradient = strategy(
  'grownValue',
  'gradient',
  { scale: 0.01 },
  {
    useFactory: ({ scale }): GrownValue => ({
      needs: ['gradient'],
      value: (layer, positions) => layer.signal('gradient', positions).map((g) => -scale * g),
    }),
  },
  {
    summary: 'Grown weights start at -scale x gradient.',
    options: { scale: 'how far to step; the learning rate makes it a step of gradient descent' },
  },
);
