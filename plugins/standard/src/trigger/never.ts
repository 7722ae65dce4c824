import { strategy } from '@espalier/core';

/** No topology updates: the topology is static. */
export const never = strategy(
  'trigger',
  'never',
  {},
  { useFactory: () => ({ due: () => false }) },
  { summary: 'No topology updates.' },
);
