import {
  type Choice,
  type Clock,
  clockAt,
  type DensitySchedule,
  type DropSchedule,
  type Options,
  type Registry,
  type RunLength,
  type Slot,
  type UpdateTrigger,
} from '@espalier/core';
import type { Check } from '../checks/check.js';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';
import { guarded } from './guard.js';

/** A long run, one with a short last epoch, and the shortest. */
const LENGTHS: readonly RunLength[] = [
  { totalSteps: 400, stepsPerEpoch: 40 },
  { totalSteps: 31, stepsPerEpoch: 8 },
  { totalSteps: 1, stepsPerEpoch: 1 },
];
const TARGET = 0.1;

/** What a strategy that only looks at the clock says, and whether it may say so. */
type Ask = (clock: Clock) => number | boolean;

/** Checks of what is a function of the clock: triggers, drop schedules and density schedules; none for other slots. */
export function clockChecks(
  registry: Registry,
  slot: Slot,
  choice: Choice,
  options: Options,
  who: string,
): readonly Check[] {
  const make = (): Ask | undefined => {
    if (slot === 'trigger') return askTrigger(guarded(registry.create('trigger', choice).strategy));
    if (slot === 'drop') return askDrop(guarded(registry.create('drop', choice).strategy));
    if (slot === 'densitySchedule') {
      return askDensity(guarded(registry.create('densitySchedule', choice).strategy));
    }
    return undefined;
  };
  if (!['trigger', 'drop', 'densitySchedule'].includes(slot)) return [];
  const checks: Check[] = [{ name: `${who} depends on the clock alone`, run: () => checkPure(make) }];
  if (slot === 'drop' && typeof options.updateEnd === 'number') {
    const end = options.updateEnd;
    checks.push({ name: `${who} is constant after updateEnd`, run: () => checkEnd(make()!, end) });
  }
  return checks;
}

function askTrigger(trigger: UpdateTrigger): Ask {
  return (clock) => {
    const due: unknown = trigger.due(clock);
    return typeof due === 'boolean'
      ? due
      : fail(`due gave ${due} at step ${clock.step}; true or false is due.`);
  };
}

function askDrop(drop: DropSchedule): Ask {
  return (clock) => {
    const fraction = drop.fraction(clock);
    if (fraction >= 0 && fraction <= 1) return fraction;
    return fail(
      `The fraction is ${fraction} at step ${clock.step} of ${clock.totalSteps}; it must lie in [0, 1].`,
    );
  };
}

function askDensity(schedule: DensitySchedule): Ask {
  return (clock) => {
    const density = schedule.density(clock, TARGET);
    if (density > 0 && density <= 1) return density;
    return fail(
      `The density is ${density} at step ${clock.step} of ${clock.totalSteps}; it must lie in (0, 1].`,
    );
  };
}

function checkPure(make: () => Ask | undefined): void {
  for (const length of LENGTHS) {
    const clocks = Array.from({ length: length.totalSteps }, (_, step) => clockAt(length, step, 0));
    const [ask, other] = [make()!, make()!];
    const forth = clocks.map(ask);
    const back = [...clocks].reverse().map(other).reverse();
    const again = clocks.map(ask);
    const found = difference(back, forth, 'step') ?? difference(again, forth, 'step');
    if (found !== undefined) {
      fail(
        `Asked in another order, or twice, it says something else: ${found} (of ${length.totalSteps} steps).`,
      );
    }
  }
}

function checkEnd(ask: Ask, end: number): void {
  const [length] = LENGTHS as [RunLength];
  const after = Array.from({ length: length.totalSteps }, (_, step) => clockAt(length, step, 0)).filter(
    ({ step }) => step >= end * length.totalSteps,
  );
  const [first, ...others] = after.map(ask);
  const odd = others.findIndex((fraction) => fraction !== first);
  if (odd >= 0)
    fail(`The fraction is ${first} at the end of updates, but ${others[odd]} ${odd + 1} steps later.`);
}
