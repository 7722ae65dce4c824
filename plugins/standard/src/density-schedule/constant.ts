import { strategy } from '@espalier/core';

/** The target density from the first step to the last. */
export const constant = strategy(
  'densitySchedule',
  'constant',
  {},
  { useFactory: () => ({ density: (_clock, target) => target }) },
  { summary: 'The target density throughout.' },
);
