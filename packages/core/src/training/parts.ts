import type { Dataset, Engine, OptimizerOptions } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { StartState } from '../start/index.js';
import type { UpdatePlanner } from '../update/index.js';
import type { BestOptions } from './best.js';
import type { NamedObserver } from './observers.js';

/** When and on what a network is evaluated during training. */
export interface EvaluationOptions {
  /** Epochs between evaluations; there is always one at the end. 0 evaluates never. */
  readonly every: number;
  /** Splits of the data set, e.g. `['test']`. */
  readonly splits: readonly string[];
  /** Default 250. */
  readonly batchSize?: number;
  /** Keeps the best weights, and may end the run early. Default neither. */
  readonly best?: BestOptions;
}

/** Everything a trainer is made of. */
export interface TrainerParts {
  /** Computes; its layers are those of `start`. */
  readonly engine: Engine;
  /** The method, made. */
  readonly recipe: Recipe;
  /** Where the weights are that the engine was made with. */
  readonly start: StartState;
  /** What is trained and evaluated on. */
  readonly dataset: Dataset;
  /** For its learning rate over the run; the engine has one of the same options. */
  readonly optimizer: OptimizerOptions;
  /** At least 1. */
  readonly epochs: number;
  /** Examples per training batch, at least 1. */
  readonly batchSize: number;
  /** When and on what the network is evaluated. */
  readonly evaluation: EvaluationOptions;
  /** The only source of randomness. */
  readonly random: RandomSource;
  /** Plans topology updates. */
  readonly planner: UpdatePlanner;
  /** See every event, in this order. Default none. */
  readonly observers?: readonly NamedObserver[];
  /** Whether `topology:update` events carry positions. Default false. */
  readonly positions?: boolean;
}
