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
import { resolveLoss } from './loss.js';
import { checkNeeds } from './needs.js';
import { resolveNetwork } from './network.js';
import { provideServices } from './services.js';
import { TrainedStart } from './trained-start.js';

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
  given: ResolvedConfig,
  code: CodeParts,
  own: readonly NamedObserver[] = [],
): Promise<Composition> {
  const registry = await buildRegistry({
    method: given.method.use,
    recipe: given.recipe,
    plugins: [...code.plugins, ...given.plugins],
    directories: [code.baseDirectory, process.cwd(), import.meta.dirname],
  });
  const expanded = expandRecipe(registry, given.method, given.recipe);
  const dataset = resolveDataset(given, code);
  const network = resolveNetwork(given, code, dataset);
  const loss = resolveLoss(given.train.loss, dataset);
  const factory = await chooseEngine(given, network);
  const descriptions = factory.inspect(network);
  const trained = given.from && new TrainedStart(given.from, code.baseDirectory);
  trained?.checkFit(descriptions);
  const resolved = trained?.withDensity(given, descriptions) ?? given;
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
    .plan(descriptions, trained?.replaceStart(recipe) ?? recipe, resolved.sparsity, random, {
      ownWeights: 'model' in network,
      length: { stepsPerEpoch, totalSteps: stepsPerEpoch * resolved.train.epochs },
    });
  const observers = [...own, ...observersOf(registry, resolved, code)];
  const engine = await factory.create({
    network,
    loss,
    optimizer: resolved.optimizer,
    start: start.layers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  if (trained !== undefined) engine.load(trained.complete(await engine.save(), descriptions));
  const { best, evaluateEvery } = resolved.train;
  const trainer = new Trainer({
    engine,
    recipe,
    start,
    dataset,
    optimizer: resolved.optimizer,
    epochs: resolved.train.epochs,
    batchSize: resolved.train.batchSize,
    evaluation: { every: evaluateEvery, splits: Object.keys(dataset.splits), ...(best && { best }) },
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
