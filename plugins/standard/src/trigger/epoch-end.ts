import { strategy } from '@espalier/core';
import { positiveInteger } from '../options/checks.js';

/** An update at the end of epochs. */
export const epochEnd = strategy(
  'trigger',
  'epoch-end',
  { every: 1, lastEpoch: false },
  {
    useFactory: ({ every, lastEpoch }) => ({
      due({ step, totalSteps, epoch, stepInEpoch, stepsPerEpoch }) {
        if (stepInEpoch !== stepsPerEpoch - 1 || (epoch + 1) % every !== 0) return false;
        return lastEpoch || step < totalSteps - 1;
      },
    }),
  },
  {
    summary: 'An update with the last step of epochs.',
    options: {
      every: 'epochs between updates',
      lastEpoch: 'whether the run may end with an update, whose new weights are then never trained',
    },
    check: ({ every }) => positiveInteger('every', every),
  },
);
