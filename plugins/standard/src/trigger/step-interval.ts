import { floorCount, strategy } from '@espalier/core';
import { firstOf, fraction, positiveFraction, positiveInteger } from '../options/checks.js';

/** An update every so many steps, over a part of the run. */
export const stepInterval = strategy(
  'trigger',
  'step-interval',
  { updateInterval: null, updateBegin: 0, updateEnd: 0.75, updateAtStepZero: false },
  {
    useFactory: ({ updateInterval, updateBegin, updateEnd, updateAtStepZero }) => ({
      due({ step, totalSteps }) {
        const end = updateEnd * totalSteps;
        const interval = (updateInterval as number | null) ?? automaticInterval(end);
        if (step === 0 && !updateAtStepZero) return false;
        if (step < updateBegin * totalSteps || step > floorCount(end)) return false;
        return step % interval === 0;
      },
    }),
  },
  {
    summary: 'An update every so many steps, over a part of the run.',
    options: {
      updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
      updateBegin: 'fraction of the run before which there are none, in [0, 1]',
      updateEnd: 'fraction of the run after which there are none, in (0, 1]',
      updateAtStepZero: 'whether the first step may update too',
    },
    check: ({ updateInterval, updateBegin, updateEnd }) =>
      firstOf(
        updateInterval === null ? undefined : positiveInteger('updateInterval', updateInterval),
        fraction('updateBegin', updateBegin),
        positiveFraction('updateEnd', updateEnd),
      ),
  },
);

// Short runs still get about 30 updates, which is what it takes to forget the start (see GGR).
function automaticInterval(end: number): number {
  return Math.min(100, Math.max(1, Math.round(end / 30)));
}
