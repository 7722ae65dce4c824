import {
  type Clock,
  type CommittedUpdate,
  type DropSchedule,
  type StrategyContext,
  type StrategyState,
  strategy,
} from '@espalier/core';
import { asChoice, choiceComplaint } from '../options/choice.js';

/** Another schedule, held over each epoch at the value that it has when the epoch begins. */
export const staircase = strategy(
  'drop',
  'staircase',
  { of: null },
  { useFactory: ({ of }, services) => new Staircase(services.strategy('drop', asChoice(of ?? 'cosine'))) },
  {
    summary: 'Another schedule, held over each epoch at the value that it has when the epoch begins.',
    options: { of: 'the other schedule; null is cosine' },
    check: ({ of }) => (of === null ? undefined : choiceComplaint('of', of)),
  },
);

class Staircase implements DropSchedule {
  readonly #of: DropSchedule;

  constructor(of: DropSchedule) {
    this.#of = of;
  }

  get state(): StrategyState {
    return this.#of.state ?? null;
  }

  set state(state: StrategyState) {
    if (this.#of.state !== undefined) this.#of.state = state;
  }

  fraction(clock: Clock): number {
    return this.#of.fraction({ ...clock, step: clock.step - clock.stepInEpoch, stepInEpoch: 0 });
  }

  committed(update: CommittedUpdate, context: StrategyContext): void {
    this.#of.committed?.(update, context);
  }
}
