import { createRecipe, expandRecipe, updateNeeds } from '@espalier/core';
import { Untried } from '../checks/check.js';
import { Training, type TrainingSetup } from './training.js';

/**
 * Begins a run, if the engine has what the method needs.
 * @throws Untried where the engine does not supply a signal
 */
export async function beginWhereAble(setup: TrainingSetup): Promise<Training> {
  const { registry, method, factory } = setup;
  const recipe = createRecipe(registry, expandRecipe(registry, method));
  const needs = [...updateNeeds(recipe).keys(), ...(recipe.hook?.strategy.needs ?? [])];
  const missing = needs.find((signal) => !factory.signals.has(signal));
  if (missing !== undefined) throw new Untried(`The engine "${factory.name}" has no signal "${missing}".`);
  return Training.begin(setup);
}
