import {
  createRecipe,
  type Dataset,
  type EngineFactory,
  expandRecipe,
  type NamedObserver,
  type Network,
  RANDOM_SOURCE,
  type Recipe,
  type Registry,
  START_PLANNER,
  type StartPlan,
  Trainer,
  UPDATE_PLANNER,
} from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import { chooseEngine } from '../engines/engines.js';
import { buildRegistry } from '../plugins/build-registry.js';
import type { CodeParts } from './code-config.js';
import { resolveDataset } from './dataset.js';
import { checkNeeds } from './needs.js';
import { resolveNetwork } from './network.js';
import { provideServices } from './services.js';

/** A run that is ready to train, with everything that it was made of. */
export interface Composition {
  /** With the engine that was chosen in place of `auto`. */
  readonly config: ResolvedConfig;
  readonly registry: Registry;
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly factory: EngineFactory;
  readonly start: StartPlan;
  readonly trainer: Trainer;
}

/**
 * Resolves everything that a configuration names and makes a trainer of it. Whatever is wrong is found here,
 * before the first step.
 *
 * @param own - observers that see every event first, such as a run directory's
 * @throws EspalierError for anything that is unknown, impossible or does not fit together
 */
export async function compose(
  resolved: ResolvedConfig,
  code: CodeParts,
  own: readonly NamedObserver[] = [],
): Promise<Composition> {
  const registry = await buildRegistry({
    method: resolved.method.use,
    recipe: resolved.recipe,
    plugins: [...code.plugins, ...resolved.plugins],
    directories: [code.baseDirectory, process.cwd(), import.meta.dirname],
  });
  const expanded = expandRecipe(registry, resolved.method, resolved.recipe);
  const dataset = resolveDataset(resolved, code);
  const network = resolveNetwork(resolved, code, dataset);
  const factory = await chooseEngine(resolved, network);
  const stepsPerEpoch = Math.ceil(dataset.trainSize / resolved.train.batchSize);
  provideServices(registry, code, {
    seed: resolved.seed,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch * resolved.train.epochs,
    density: resolved.sparsity.density,
  });

  const recipe = createRecipe(registry, expanded);
  checkNeeds(recipe, factory);
  const random = registry.services.get(RANDOM_SOURCE);
  const start = registry.services
    .get(START_PLANNER)
    .plan(factory.inspect(network), recipe, resolved.sparsity, random, {
      ownWeights: 'model' in network,
      length: { stepsPerEpoch, totalSteps: stepsPerEpoch * resolved.train.epochs },
    });
  const observers = [...own, ...observersOf(registry, resolved, code)];
  const engine = await factory.create({
    network,
    loss: resolved.train.loss ?? (dataset.task === 'regression' ? 'mean-squared-error' : 'cross-entropy'),
    optimizer: resolved.optimizer,
    start: start.layers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  const trainer = new Trainer({
    engine,
    recipe,
    start,
    dataset,
    optimizer: resolved.optimizer,
    epochs: resolved.train.epochs,
    batchSize: resolved.train.batchSize,
    evaluation: { every: resolved.train.evaluateEvery, splits: Object.keys(dataset.splits) },
    random,
    planner: registry.services.get(UPDATE_PLANNER),
    observers,
    positions: code.positions,
  });
  const config = { ...resolved, engine: engine.name, backend: engine.backend };
  return { config, registry, recipe, dataset, network, factory, start, trainer };
}

function observersOf(registry: Registry, config: ResolvedConfig, code: CodeParts): NamedObserver[] {
  const named = config.observers.map((choice) => {
    const { name, strategy } = registry.create('observe', choice);
    return { name, observer: strategy };
  });
  return [...named, ...code.observers];
}
