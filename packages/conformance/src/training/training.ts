import {
  type Choice,
  clockAt,
  createRandomSource,
  createRecipe,
  type Dataset,
  type Engine,
  type EngineFactory,
  type EngineRequest,
  expandRecipe,
  type Network,
  type OptimizerOptions,
  type RandomSource,
  type Recipe,
  type Registry,
  type RunLength,
  SignalSchedule,
  type StartPlan,
  startPlanner,
  TopologyUpdater,
  type UpdatePlan,
  updatePlanner,
  updateStrategies,
} from '@espalier/core';
import { guardRecipe, stateOf } from '../plugin/guard.js';
import { callHook } from '../plugin/step-hook.js';
import { provideServices } from '../support/services.js';
import { denseNetwork } from './dense-network.js';

/** What is trained, and how. */
export interface TrainingSetup {
  /** Knows the method. */
  readonly registry: Registry;
  /** The method with its options. */
  readonly method: Choice;
  /** Computes. */
  readonly factory: EngineFactory;
  /** The network. */
  readonly network: Network;
  /** What it is trained on. */
  readonly dataset: Dataset;
  /** Of the sparse layers, in (0, 1]. */
  readonly density: number;
  /** How weights move. */
  readonly optimizer: OptimizerOptions;
  /** The extent of the run. */
  readonly epochs: number;
  /** Examples per batch. */
  readonly batchSize: number;
}

/** What one step did. */
export interface TrainedStep {
  /** Mean loss of the batch, before the weights changed. */
  readonly loss: number;
  /** The update that followed, if one was due. */
  readonly plan?: UpdatePlan;
}

const SEED = 3;

/** Everything that a run of the setup is made of. */
export interface TrainingParts {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly start: StartPlan;
  readonly random: RandomSource;
}

/** Makes the parts of a run. */
export async function makeParts(setup: TrainingSetup): Promise<TrainingParts> {
  const { registry, factory, network, dataset, density, batchSize, optimizer } = setup;
  const length = lengthOf(setup);
  provideServices(registry, { seed: SEED, density, ...length });
  const recipe = guardRecipe(createRecipe(registry, expandRecipe(registry, setup.method)));
  const random = createRandomSource(SEED);
  const request: Omit<EngineRequest, 'start'> = {
    network,
    loss: dataset.task === 'regression' ? 'mean-squared-error' : 'cross-entropy',
    optimizer,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  };
  const batch = (index: number) => dataset.trainBatch({ seed: SEED, epoch: 0, index, batchSize });
  const start = await startPlanner.plan(factory.inspect(network), recipe, { density }, random, {
    length,
    dense: denseNetwork(factory, request, dataset, batch),
  });
  const decay = recipe.backward?.strategy.decay ?? { active: 0, inactive: 0 };
  const latent = recipe.backward === null ? {} : { latent: { decay } };
  const engine = await factory.create({ ...request, ...latent, start: start.layers });
  return { engine, recipe, start, random };
}

/** The extent of a run. */
function lengthOf({ dataset, batchSize, epochs }: TrainingSetup): RunLength {
  const stepsPerEpoch = Math.ceil(dataset.trainSize / batchSize);
  return { stepsPerEpoch, totalSteps: stepsPerEpoch * epochs };
}

/** A run step by step, its strategies watched, that can be continued by another from any step after an update. */
export class Training {
  /** The extent of the run. */
  readonly length: RunLength;
  readonly #setup: TrainingSetup;
  readonly #parts: TrainingParts;
  readonly #schedule: SignalSchedule;
  #step = 0;
  #updates = 0;

  private constructor(setup: TrainingSetup, parts: TrainingParts) {
    this.length = lengthOf(setup);
    this.#setup = setup;
    this.#parts = parts;
    this.#schedule = new SignalSchedule(parts.recipe, parts.start.sparse.length > 0);
  }

  /** Makes engine and strategies, and plans the start. */
  static async begin(setup: TrainingSetup): Promise<Training> {
    return new Training(setup, await makeParts(setup));
  }

  /** What computes. */
  get engine(): Engine {
    return this.#parts.engine;
  }

  /** The method, made. */
  get recipe(): Recipe {
    return this.#parts.recipe;
  }

  /** Where the first weights were. */
  get start(): StartPlan {
    return this.#parts.start;
  }

  /** Steps taken. */
  get step(): number {
    return this.#step;
  }

  /** One batch, the step hook, and the topology update where one is due. */
  async next(): Promise<TrainedStep> {
    const { engine, recipe, start, random } = this.#parts;
    const { dataset, batchSize, optimizer } = this.#setup;
    const { learningRate } = optimizer;
    const clock = clockAt(this.length, this.#step++, this.#updates);
    const { due, signals, accumulate } = this.#schedule.at(clock);
    const key = { seed: SEED, epoch: clock.epoch, index: clock.stepInEpoch, batchSize };
    const updateWeights = !(due && recipe.expanded.skipOptimizerStep);
    const request = { clock, learningRate, signals, updateWeights, accumulate };
    const { loss } = await engine.trainStep(dataset.trainBatch(key), request);
    const byName = new Map(engine.layers.map((layer) => [layer.name, layer]));
    const layers = start.sparse.map(({ name }) => byName.get(name)!);
    if (recipe.hook !== null && updateWeights) {
      callHook(recipe.hook, { shapes: start.sparse, layers, random, clock, learningRate });
    }
    if (!due) return { loss };
    const apply = engine.applyTopology.bind(engine);
    const updater = new TopologyUpdater({ recipe, start, layers, random, planner: updatePlanner, apply });
    this.#updates++;
    return { loss, plan: updater.update(clock).plan };
  }

  /** Another run with engine and strategies of its own that stands where this one does. */
  async continued(): Promise<Training> {
    const other = await Training.begin(this.#setup);
    other.engine.load(structuredClone(await this.engine.save()));
    const from = updateStrategies(this.recipe);
    for (const [i, { strategy }] of updateStrategies(other.recipe).entries()) {
      const state = stateOf(from[i]!.strategy);
      if (state !== undefined) strategy.state = structuredClone(state);
    }
    other.#step = this.#step;
    other.#updates = this.#updates;
    return other;
  }
}
