import { type EngineFactory, EspalierError, type Recipe, updateNeeds } from '@espalier/core';

/**
 * Makes sure, before anything is trained, that an engine supplies every signal that a recipe reads.
 * @throws EspalierError ESPALIER_ENGINE_REFUSES naming signal, strategy and engine
 */
export function checkNeeds(recipe: Recipe, engine: Pick<EngineFactory, 'name' | 'signals'>): void {
  const needs = new Map(updateNeeds(recipe));
  for (const signal of recipe.hook?.strategy.needs ?? []) needs.set(signal, `hook "${recipe.hook?.name}"`);
  for (const [signal, reader] of needs) {
    if (engine.signals.has(signal)) continue;
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      `${reader} reads the signal "${signal}", which the engine "${engine.name}" does not supply; it supplies ${[...engine.signals].join(', ')}.`,
    );
  }
}
