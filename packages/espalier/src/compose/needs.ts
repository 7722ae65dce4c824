import {
  type EngineFactory,
  EspalierError,
  type NamedObserver,
  type Recipe,
  type Signal,
  updateNeeds,
} from '@espalier/core';
import { type DenseStateFacts, denseStateRefusal, isDenseSignal } from './dense-state.js';

/** Why an engine may not supply a signal, and which one does. */
const WHY: Readonly<Record<string, string>> = {
  weight:
    'It is of methods that train weights which the forward pass leaves out; these need a value at every position: createTrainer keeps one with engine "tfjs", or with engine "sparse" and denseState: allow.',
  factors:
    'They estimate a gradient where there is no dense one: createTrainer supplies them with engine "sparse".',
  denseMomentum: 'It has to be kept from the first step on, which createTrainer sees to.',
};

/**
 * Makes sure, before anything is trained, that an engine supplies every signal that a recipe reads.
 * @param facts - for the arithmetic of what a signal would take
 * @throws EspalierError ESPALIER_ENGINE_REFUSES naming signal, strategy and engine
 */
export function checkNeeds(
  recipe: Recipe,
  engine: Pick<EngineFactory, 'name' | 'signals'>,
  facts?: DenseStateFacts,
): void {
  check(recipeNeeds(recipe), engine, facts);
}

/** The signals that a recipe reads, with which strategy reads each. */
export function recipeNeeds(recipe: Recipe): ReadonlyMap<Signal, string> {
  const needs = new Map(updateNeeds(recipe));
  for (const signal of recipe.hook?.strategy.needs ?? []) needs.set(signal, `hook "${recipe.hook?.name}"`);
  return needs;
}

/**
 * Makes sure that an engine supplies every signal that observers look at.
 * @throws EspalierError ESPALIER_ENGINE_REFUSES naming signal, observer and engine
 */
export function checkProbes(
  observers: readonly NamedObserver[],
  engine: Pick<EngineFactory, 'name' | 'signals'>,
): void {
  const needs = observers.flatMap(({ name, observer }) =>
    (observer.probe?.needs ?? []).map((signal) => [signal, `the observer "${name}"`] as const),
  );
  check(needs, engine);
}

function check(
  needs: Iterable<readonly [Signal, string]>,
  engine: Pick<EngineFactory, 'name' | 'signals'>,
  facts?: DenseStateFacts,
): void {
  for (const [signal, reader] of needs) {
    if (engine.signals.has(signal)) continue;
    const dense = isDenseSignal(signal) && engine.name === 'sparse' && facts !== undefined;
    const why = dense ? denseStateRefusal(facts, signal) : WHY[signal];
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      `${reader} reads the signal "${signal}", which the engine "${engine.name}" does not supply; it supplies ${[...engine.signals].join(', ')}.${why === undefined ? '' : ` ${why}`}`,
    );
  }
}
