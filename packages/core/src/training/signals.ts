import type { Clock, Signal } from '../contract.js';
import { type Recipe, updateNeeds } from '../recipe/index.js';
import { clockAt } from './clock.js';

/** What a step must supply, and whether it ends with an update. */
export interface StepNeeds {
  readonly due: boolean;
  readonly signals: ReadonlySet<Signal>;
  readonly accumulate: boolean;
}

/** Knows ahead which steps must collect signals: update steps, and the batches accumulated before them. */
export class SignalSchedule {
  readonly #recipe: Recipe;
  readonly #update: ReadonlySet<Signal>;
  readonly #always: ReadonlySet<Signal>;
  readonly #both: ReadonlySet<Signal>;
  #holding = false;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.#update = new Set(updateNeeds(recipe).keys());
    this.#always = new Set(recipe.hook?.strategy.needs ?? []);
    this.#both = new Set([...this.#update, ...this.#always]);
  }

  /** Every signal that the recipe reads at some time. */
  get all(): ReadonlySet<Signal> {
    return this.#both;
  }

  at(clock: Clock): StepNeeds {
    const due = this.#recipe.trigger.strategy.due(clock);
    const collect = this.#update.size > 0 && (due || this.#dueSoon(clock));
    const accumulate = collect && this.#holding;
    this.#holding = collect && !due;
    return { due, signals: collect ? this.#both : this.#always, accumulate };
  }

  #dueSoon(clock: Clock): boolean {
    for (let ahead = 1; ahead < this.#recipe.expanded.accumulate; ahead++) {
      const step = clock.step + ahead;
      if (step >= clock.totalSteps) return false;
      if (this.#recipe.trigger.strategy.due(clockAt(clock, step, clock.updateIndex))) return true;
    }
    return false;
  }
}
