import { floorCount, strategy } from '@espalier/core';
import { firstOf, fraction, positiveFraction, positiveInteger } from '../options/checks.js';

/** An update every so many steps, over a part of the run. */
export const stepInterval = strategy(
  'trigger',
  'step-interval',
  {
    updateInterval: null,
    updates: null,
    updateBegin: 0,
    updateEnd: 0.75,
    updateAtStepZero: false,
    updateAtEnd: false,
  },
  {
    useFactory: ({ updateInterval, updates, updateBegin, updateEnd, updateAtStepZero, updateAtEnd }) => ({
      due({ step, totalSteps }) {
        const end = updateEnd * totalSteps;
        const last = Math.min(floorCount(end), totalSteps - 1);
        const interval =
          (updateInterval as number | null) ?? automaticInterval(end, updates as number | null);
        if (step === 0 && !updateAtStepZero) return false;
        if (step < updateBegin * totalSteps || step > last) return false;
        if (!updateAtEnd) return step % interval === 0;
        // One just before the last would leave it new weights that had no time to grow.
        return step === last || (step % interval === 0 && last - step >= interval / 2);
      },
    }),
  },
  {
    summary: 'An update every so many steps, over a part of the run.',
    options: {
      updateInterval: 'steps between updates; null takes as many as make the number of `updates`',
      updates:
        'updates of a run that begins with them; null takes 30, more where they would be over 100 steps apart',
      updateBegin: 'fraction of the run before which there are none, in [0, 1]',
      updateEnd: 'fraction of the run after which there are none, in (0, 1]',
      updateAtStepZero: 'whether the first step may update too',
      updateAtEnd:
        'whether the last step of the updating part updates whatever the interval; none is then less than half an interval before it',
    },
    check: ({ updateInterval, updates, updateBegin, updateEnd }) =>
      firstOf(
        updateInterval === null ? undefined : positiveInteger('updateInterval', updateInterval),
        updates === null ? undefined : positiveInteger('updates', updates),
        fraction('updateBegin', updateBegin),
        positiveFraction('updateEnd', updateEnd),
      ),
  },
);

// Short runs still get about 30 updates, which is what it takes to forget the start (see GGR).
function automaticInterval(end: number, updates: number | null): number {
  const even = Math.max(1, Math.round(end / (updates ?? 30)));
  return updates === null ? Math.min(100, even) : even;
}
