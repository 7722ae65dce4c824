import { floorCount, strategy } from '@espalier/core';
import { firstOf, fraction, positiveFraction } from '../options/checks.js';

/** Target + (start - target) (1 - u)^3, u from 0 to 1 between two points of the run: gradual pruning. */
export const cubic = strategy(
  'densitySchedule',
  'cubic',
  { start: 1, begin: 0, end: 0.75 },
  {
    useFactory: ({ start, begin, end }) => ({
      density({ step, totalSteps }, target) {
        const first = begin * totalSteps;
        const last = end * totalSteps;
        // The last update may fall on the step that the end lies in.
        if (step >= Math.min(floorCount(last), totalSteps - 1)) return target;
        if (step <= first) return start;
        return target + (start - target) * (1 - (step - first) / (last - first)) ** 3;
      },
    }),
  },
  {
    summary: 'From a start density to the target, fast at first.',
    options: {
      start: 'density before `begin`, in (0, 1]',
      begin: 'fraction of the run where it starts to change, in [0, 1]',
      end: 'fraction of the run where the target is reached, in (0, 1]',
    },
    paper: 'Zhu, Gupta, To prune, or not to prune, 2017, arXiv 1710.01878',
    check: ({ start, begin, end }) =>
      firstOf(
        positiveFraction('start', start),
        fraction('begin', begin),
        positiveFraction('end', end),
        begin < end ? undefined : `begin ${begin} must lie before end ${end}.`,
      ),
  },
);

/** Target + (start - target) / (1 + exp(steepness x (u - middle))), u the share of the run that is over. */
export const sigmoid = strategy(
  'densitySchedule',
  'sigmoid',
  { start: 1, middle: 0.5, steepness: 20 },
  {
    useFactory: ({ start, middle, steepness }) => ({
      density: ({ step, totalSteps }, target) =>
        target + (start - target) / (1 + Math.exp(steepness * (step / totalSteps - middle))),
    }),
  },
  {
    summary: 'From near a start density to near the target along a sigmoid.',
    options: {
      start: 'density that it comes from, in (0, 1]',
      middle: 'fraction of the run where half the way is done, in [0, 1]',
      steepness: 'how sharp the step is, per run',
    },
    check: ({ start, middle, steepness }) =>
      firstOf(
        positiveFraction('start', start),
        fraction('middle', middle),
        steepness > 0 ? undefined : `steepness is ${steepness}, but must be above 0.`,
      ),
  },
);
