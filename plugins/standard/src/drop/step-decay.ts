import { strategy } from '@espalier/core';
import { firstOf, fraction, positiveInteger } from '../options/checks.js';

/** a x factor^floor(t / every). */
export const stepDecay = strategy(
  'drop',
  'step-decay',
  { dropFraction: 0.3, factor: 0.5, every: 1000 },
  {
    useFactory: ({ dropFraction, factor, every }) => ({
      fraction: ({ step }) => dropFraction * factor ** Math.floor(step / every),
    }),
  },
  {
    summary: 'Multiplied by a factor every so many steps.',
    options: {
      dropFraction: 'share of the active weights pruned at the start, in [0, 1]',
      factor: 'what the share is multiplied by, in [0, 1]',
      every: 'steps between multiplications',
    },
    check: ({ dropFraction, factor, every }) =>
      firstOf(
        fraction('dropFraction', dropFraction),
        fraction('factor', factor),
        positiveInteger('every', every),
      ),
  },
);
