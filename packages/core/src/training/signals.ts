import type { Clock, Signal } from '../contract.js';
import { type Recipe, updateNeeds } from '../recipe/index.js';
import { callStrategy } from '../update/call.js';
import { clockAt, type RunLength } from './clock.js';

/** What a step must supply, and whether it ends with an update. */
export interface StepNeeds {
  /** Whether the step ends with a topology update. */
  readonly due: boolean;
  /** Signals that must be readable when the step returns. */
  readonly signals: ReadonlySet<Signal>;
  /** Whether the gradient signal is added to that of the step before. */
  readonly accumulate: boolean;
}

/** Knows ahead which steps must collect signals: update steps, and the batches accumulated before them. */
export class SignalSchedule {
  readonly #recipe: Recipe;
  readonly #sparse: boolean;
  readonly #update: ReadonlySet<Signal>;
  readonly #always: ReadonlySet<Signal>;
  readonly #both: ReadonlySet<Signal>;
  #holding = false;

  /** @param sparse - whether there is a layer whose topology can change; without one no update is ever due */
  constructor(recipe: Recipe, sparse = true) {
    this.#recipe = recipe;
    this.#sparse = sparse;
    this.#update = new Set(updateNeeds(recipe).keys());
    this.#always = new Set(recipe.hook?.strategy.needs ?? []);
    this.#both = new Set([...this.#update, ...this.#always]);
  }

  /** How many updates a run has, as far as the trigger knows before it. */
  countUpdates(length: RunLength): number {
    let updates = 0;
    for (let step = 0; step < length.totalSteps; step++) {
      if (this.#due(clockAt(length, step, 0))) updates++;
    }
    return updates;
  }

  /** What the step that the clock shows must supply; to be asked once per step, in order. */
  at(clock: Clock): StepNeeds {
    const due = this.#due(clock);
    const collect = this.#update.size > 0 && (due || this.#dueSoon(clock));
    const accumulate = collect && this.#holding;
    this.#holding = collect && !due;
    return { due, signals: collect ? this.#both : this.#always, accumulate };
  }

  #dueSoon(clock: Clock): boolean {
    for (let ahead = 1; ahead < this.#recipe.expanded.accumulate; ahead++) {
      const step = clock.step + ahead;
      if (step >= clock.totalSteps) return false;
      if (this.#due(clockAt(clock, step, clock.updateIndex))) return true;
    }
    return false;
  }

  #due(clock: Clock): boolean {
    const { trigger } = this.#recipe;
    return this.#sparse && callStrategy(trigger, { step: clock.step }, () => trigger.strategy.due(clock));
  }
}
