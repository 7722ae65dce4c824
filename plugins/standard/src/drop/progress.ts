import type { Clock } from '@espalier/core';
import { type Complaint, firstOf, fraction, positiveFraction } from '../options/checks.js';

/** What schedules that fall from one value to another have in common. */
export const FALLING_DEFAULTS = { dropFraction: 0.3, minimum: 0, updateEnd: 0.75 } as const;

/** What the options of {@link FALLING_DEFAULTS} mean. */
export const FALLING_OPTIONS = {
  dropFraction: 'share of the active weights pruned at the start, in [0, 1]',
  minimum: 'the share at the end, in [0, 1]',
  updateEnd: 'fraction of the run where the end is reached, in (0, 1]',
} as const;

/** What is wrong with options of {@link FALLING_DEFAULTS}. */
export function fallingComplaint(options: {
  readonly dropFraction: number;
  readonly minimum: number;
  readonly updateEnd: number;
}): Complaint {
  return firstOf(
    fraction('dropFraction', options.dropFraction),
    fraction('minimum', options.minimum),
    positiveFraction('updateEnd', options.updateEnd),
  );
}

/** How much of a schedule that ends at a fraction of the run is over, in [0, 1]. */
export function progress({ step, totalSteps }: Clock, updateEnd: number): number {
  return Math.min(1, step / (updateEnd * totalSteps));
}
