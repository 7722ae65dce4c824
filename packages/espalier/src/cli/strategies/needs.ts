import type { Plugin } from '@espalier/core';
import { createRecipe, expandRecipe, Registry, type Signal, type Slot, updateNeeds } from '@espalier/core';
import { provideServices } from '../../compose/services.js';
import type { Entry } from './entries.js';

// Whatever run it is, a strategy needs the same signals.
const SOME_RUN = { seed: 0, totalSteps: 1000, stepsPerEpoch: 100, density: 0.1 };

/** Tells which signals methods and strategies read, with their options as they are by default. */
export class NeedsReader {
  readonly #registry = new Registry();

  constructor(plugins: readonly Plugin[]) {
    for (const plugin of plugins) this.#registry.add(plugin);
    provideServices(this.#registry, { services: [] }, SOME_RUN);
  }

  /** @returns the signals, or null for a strategy that can't be made without options */
  needs({ slot, name }: Pick<Entry, 'slot' | 'name'>): readonly Signal[] | null {
    try {
      return slot === 'method' ? this.#ofMethod(name) : this.#ofStrategy(slot, name);
    } catch {
      return null;
    }
  }

  #ofMethod(name: string): readonly Signal[] {
    const recipe = createRecipe(this.#registry, expandRecipe(this.#registry, name));
    return [...new Set([...updateNeeds(recipe).keys(), ...(recipe.hook?.strategy.needs ?? [])])];
  }

  #ofStrategy(slot: Slot, name: string): readonly Signal[] {
    const { strategy } = this.#registry.create(slot, name);
    if (slot === 'backward') return ['weight'];
    if ('probe' in strategy) return strategy.probe?.needs ?? [];
    return ('needs' in strategy ? strategy.needs : undefined) ?? [];
  }
}
