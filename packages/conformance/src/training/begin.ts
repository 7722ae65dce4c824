import { createRecipe, type EngineFactory, expandRecipe, type Signal, updateNeeds } from '@espalier/core';
import { Untried } from '../checks/check.js';
import { Training, type TrainingSetup } from './training.js';

/** Makes an engine for a method that reads some signals: engines may supply `denseMomentum` only where it is asked for. */
export type FactoryFor = (needs: ReadonlySet<Signal>) => EngineFactory | Promise<EngineFactory>;

/**
 * Begins a run, if the engine has what the method needs.
 * @throws Untried where the engine does not supply a signal
 */
export async function beginWhereAble(
  setup: Omit<TrainingSetup, 'factory'>,
  factoryFor: FactoryFor,
): Promise<Training> {
  const { registry, method } = setup;
  const recipe = createRecipe(registry, expandRecipe(registry, method));
  const needs = new Set([...updateNeeds(recipe).keys(), ...(recipe.hook?.strategy.needs ?? [])]);
  const factory = await factoryFor(needs);
  const missing = [...needs].find((signal) => !factory.signals.has(signal));
  if (missing !== undefined) throw new Untried(`The engine "${factory.name}" has no signal "${missing}".`);
  return Training.begin({ ...setup, factory });
}
