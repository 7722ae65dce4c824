import { strategy } from '@espalier/core';
import { firstOf, notNegative } from '../options/checks.js';
import { FALLING_DEFAULTS, FALLING_OPTIONS, fallingComplaint, progress } from './progress.js';

/** m + (a - m) / 2 x (1 + cos(pi t / T)): slow at both ends. */
export const cosine = strategy(
  'drop',
  'cosine',
  FALLING_DEFAULTS,
  {
    useFactory: ({ dropFraction, minimum, updateEnd }) => ({
      fraction(clock) {
        const done = progress(clock, updateEnd);
        if (done === 1) return minimum;
        return minimum + ((dropFraction - minimum) / 2) * (1 + Math.cos(Math.PI * done));
      },
    }),
  },
  {
    summary: 'Falls along half a cosine.',
    options: FALLING_OPTIONS,
    paper: 'Dettmers, Zettlemoyer, 2019, arXiv 1907.04840',
    check: fallingComplaint,
  },
);

/** a + (m - a) t / T. */
export const linear = strategy(
  'drop',
  'linear',
  FALLING_DEFAULTS,
  {
    useFactory: ({ dropFraction, minimum, updateEnd }) => ({
      fraction: (clock) => dropFraction + (minimum - dropFraction) * progress(clock, updateEnd),
    }),
  },
  { summary: 'Falls along a straight line.', options: FALLING_OPTIONS, check: fallingComplaint },
);

/** m + (a - m) (1 - t / T)^power. */
export const inversePower = strategy(
  'drop',
  'inverse-power',
  { ...FALLING_DEFAULTS, power: 3 },
  {
    useFactory: ({ dropFraction, minimum, updateEnd, power }) => ({
      fraction: (clock) => minimum + (dropFraction - minimum) * (1 - progress(clock, updateEnd)) ** power,
    }),
  },
  {
    summary: 'Falls as a power of the remaining share of the run.',
    options: { ...FALLING_OPTIONS, power: 'exponent: 1 is linear, larger ones fall earlier' },
    paper: 'as in Evci et al., 2020, arXiv 1911.11134, appendix',
    check: (options) => firstOf(fallingComplaint(options), notNegative('power', options.power)),
  },
);
