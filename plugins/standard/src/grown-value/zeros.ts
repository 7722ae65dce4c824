import { strategy } from '@espalier/core';

/** Grown weights start at 0: the network computes what it computed before. */
export const zeros = strategy(
  'grownValue',
  'zeros',
  {},
  { useFactory: () => ({ value: (_layer, positions) => new Float32Array(positions.length) }) },
  { summary: 'Grown weights start at 0.' },
);
