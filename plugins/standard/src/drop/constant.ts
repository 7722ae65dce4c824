import { strategy } from '@espalier/core';
import { fraction } from '../options/checks.js';

/** The same share at every update. */
export const constant = strategy(
  'drop',
  'constant',
  { dropFraction: 0.3 },
  { useFactory: ({ dropFraction }) => ({ fraction: () => dropFraction }) },
  {
    summary: 'The same share at every update.',
    options: { dropFraction: 'share of the active weights pruned, in [0, 1]' },
    check: ({ dropFraction }) => fraction('dropFraction', dropFraction),
  },
);
