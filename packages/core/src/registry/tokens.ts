import type { Logger, Options, RunFacts, Token } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { StartPlanner } from '../start/planner.js';
import type { UpdatePlanner } from '../update/planner.js';

/**
 * A typed key under which a service can be registered and injected. Equal names are the same key, across copies
 * of a package too.
 */
export function token<T>(name: string): Token<T> {
  return Symbol.for(`espalier:${name}`) as Token<T>;
}

/** The strategy's own options, checked and complete. */
export const OPTIONS: Token<Options> = token('options');
/** Says things to the user outside of events. */
export const LOGGER: Token<Logger> = token('logger');
/** Seed, steps and density of the run. */
export const RUN_FACTS: Token<RunFacts> = token('run-facts');
/** Core's source of randomness, to be replaced, not used: strategies draw from their context. */
export const RANDOM_SOURCE: Token<RandomSource> = token('random-source');
/** Decides where the first weights are. */
export const START_PLANNER: Token<StartPlanner> = token('start-planner');
/** Turns a recipe and the present topology into the plan of an update. */
export const UPDATE_PLANNER: Token<UpdatePlanner> = token('update-planner');
