import {
  type Dataset,
  type EngineFactory,
  type NamedObserver,
  type Network,
  type Recipe,
  type Registry,
  START_PLANNER,
  type StartState,
  Trainer,
  UPDATE_PLANNER,
} from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import type { CodeParts } from './code-config.js';
import { denseNetwork } from './dense-network.js';
import { modelUpdate } from './model-update.js';
import { checkProbes } from './needs.js';
import { resolveParts } from './parts.js';

/** A run that is ready to train, with everything that it was made of. */
export interface Composition {
  /** With the engine that was chosen in place of `auto`. */
  readonly config: ResolvedConfig;
  readonly registry: Registry;
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly factory: EngineFactory;
  readonly start: StartState;
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
  const parts = await resolveParts(given, code);
  const { config: resolved, registry, recipe, dataset, network, factory, layers, trained, random } = parts;
  const observers = [...own, ...observersOf(registry, resolved, code)];
  checkProbes(observers, factory);
  const { batchSize } = resolved.train;
  const dense =
    'architecture' in network
      ? denseNetwork({ ...network, factory, loss: parts.loss, dataset, batchSize, random })
      : undefined;
  const planner = registry.services.get(START_PLANNER);
  // Only the engine keeps the weights: those of the plan are to be let go.
  const { layers: startLayers, ...start } = await planner.plan(
    layers,
    parts.startRecipe,
    resolved.sparsity,
    random,
    {
      ownWeights: 'model' in network,
      length: parts.length,
      ...(dense && { dense }),
    },
  );
  const engine = await factory.create({
    network,
    loss: parts.loss,
    optimizer: resolved.optimizer,
    start: startLayers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
    ...(recipe.backward && { latent: { decay: recipe.backward.strategy.decay ?? NO_DECAY } }),
  });
  if (trained !== undefined) engine.load(trained.complete(await engine.save(), layers));
  const { best, evaluateEvery } = resolved.train;
  const trainer = new Trainer({
    engine,
    recipe,
    start,
    dataset,
    optimizer: resolved.optimizer,
    epochs: resolved.train.epochs,
    batchSize,
    evaluation: { every: evaluateEvery, splits: Object.keys(dataset.splits), ...(best && { best }) },
    random,
    planner: registry.services.get(UPDATE_PLANNER),
    observers: 'model' in network ? [...modelUpdate(engine), ...observers] : observers,
    positions: code.positions,
  });
  const config = { ...resolved, engine: engine.name, backend: engine.backend };
  return { config, registry, recipe, dataset, network, factory, start, trainer };
}

const NO_DECAY = { active: 0, inactive: 0 };

function observersOf(registry: Registry, config: ResolvedConfig, code: CodeParts): NamedObserver[] {
  const named = config.observers.map((choice) => {
    const { name, strategy } = registry.create('observe', choice);
    return { name, observer: strategy };
  });
  return [...named, ...code.observers];
}
