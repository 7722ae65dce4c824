import type { Dataset, Engine, OptimizerOptions } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { StartPlan } from '../start/index.js';
import type { UpdatePlanner } from '../update/index.js';
import type { NamedObserver } from './observers.js';

/** When and on what a network is evaluated during training. */
export interface EvaluationOptions {
  /** Epochs between evaluations; there is always one at the end. 0 evaluates never. */
  readonly every: number;
  /** Splits of the data set, e.g. `['test']`. */
  readonly splits: readonly string[];
  /** Default 250. */
  readonly batchSize?: number;
}

/** Everything a trainer is made of. */
export interface TrainerParts {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly start: StartPlan;
  readonly dataset: Dataset;
  readonly optimizer: OptimizerOptions;
  readonly epochs: number;
  readonly batchSize: number;
  readonly evaluation: EvaluationOptions;
  readonly random: RandomSource;
  readonly planner: UpdatePlanner;
  /** See every event, in this order. Default none. */
  readonly observers?: readonly NamedObserver[];
  /** Whether `topology:update` events carry positions. Default false. */
  readonly positions?: boolean;
}
