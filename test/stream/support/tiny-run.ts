import { mlp } from '@espalier/architectures';
import {
  type Choice,
  createRandomSource,
  createRecipe,
  type Dataset,
  type Engine,
  expandRecipe,
  type NamedObserver,
  type OptimizerOptions,
  type Plugin,
  type RandomSource,
  type Recipe,
  type RecipeSpec,
  Registry,
  RUN_FACTS,
  type StartPlan,
  startPlanner,
  Trainer,
  type TrainerParts,
  updateNeeds,
  updatePlanner,
} from '@espalier/core';
import { syntheticDataset } from '@espalier/data';
import { referenceEngine } from '@espalier/engine-reference';
import ggr from '@espalier/plugin-ggr';
import rigl from '@espalier/plugin-rigl';
import set from '@espalier/plugin-set';
import standard from '@espalier/plugin-standard';

/** What differs from the run that {@link tinyRun} makes by default. */
export interface TinyOptions {
  /** Default RigL with an update every 4 steps of the whole run. */
  readonly method?: Choice;
  readonly recipe?: RecipeSpec;
  readonly plugins?: readonly Plugin[];
  /** Default 1. */
  readonly seed?: number;
  /** Default 0.5. */
  readonly density?: number;
  readonly keepDense?: readonly string[];
  /** Default [6, 8, 3]. */
  readonly layers?: readonly number[];
  /** Default 3. */
  readonly epochs?: number;
  /** Default 4. */
  readonly batchSize?: number;
  readonly dataset?: Dataset;
  readonly optimizer?: OptimizerOptions;
  readonly evaluation?: TrainerParts['evaluation'];
  readonly observers?: readonly NamedObserver[];
  readonly positions?: boolean;
  /** Puts something around the engine. */
  readonly around?: (engine: Engine) => Engine;
}

/** A trainer and what it is made of. */
export interface TinyRun {
  readonly trainer: Trainer;
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly start: StartPlan;
  readonly random: RandomSource;
}

/** 24 examples of 6 values in 3 classes, and 9 to test with. */
export const tinyData = syntheticDataset({ inputShape: [6], classes: 3, train: 24, test: 9, noise: 0.5 });

/** RigL with an update every 4 steps: at steps 4, 8, 12 and 16 of the default run's 18. */
export const everyFour: Choice = { use: 'rigl', updateInterval: 4, updateEnd: 1 };

/** A run of 18 steps, 6 to an epoch, on the reference engine: core's parts put together by hand. */
export async function tinyRun(options: TinyOptions = {}): Promise<TinyRun> {
  const registry = new Registry();
  for (const plugin of [standard, set, rigl, ggr, ...(options.plugins ?? [])]) registry.add(plugin);
  const { seed = 1, density = 0.5, epochs = 3, batchSize = 4, dataset = tinyData } = options;
  const stepsPerEpoch = Math.ceil(dataset.trainSize / batchSize);
  const length = { totalSteps: stepsPerEpoch * epochs, stepsPerEpoch };
  registry.provide(RUN_FACTS, () => ({ seed, density, ...length }));
  const recipe = createRecipe(registry, expandRecipe(registry, options.method ?? everyFour, options.recipe));
  const random = createRandomSource(seed);
  const network = { architecture: mlp({ layers: options.layers ?? [6, 8, 3] }) };
  const factory = referenceEngine({ denseMomentum: updateNeeds(recipe).has('denseMomentum') });
  const sparsity = { density, keepDense: options.keepDense ?? [] };
  const start = await startPlanner.plan(factory.inspect(network), recipe, sparsity, random, { length });
  const optimizer = options.optimizer ?? { use: 'sgd', learningRate: 0.1, momentum: 0.9 };
  const made = await factory.create({
    network,
    loss: dataset.task === 'regression' ? 'mean-squared-error' : 'cross-entropy',
    optimizer,
    start: start.layers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  const engine = options.around?.(made) ?? made;
  const trainer = new Trainer({
    engine,
    recipe,
    start,
    dataset,
    optimizer,
    epochs,
    batchSize,
    evaluation: options.evaluation ?? { every: 1, splits: ['test'] },
    random,
    planner: updatePlanner,
    observers: options.observers ?? [],
    positions: options.positions ?? false,
  });
  return { trainer, engine, recipe, start, random };
}
