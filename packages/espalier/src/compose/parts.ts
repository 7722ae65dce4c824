import {
  createRecipe,
  type Dataset,
  type EngineFactory,
  expandRecipe,
  type LayerDescription,
  type Loss,
  type Network,
  RANDOM_SOURCE,
  type RandomSource,
  type Recipe,
  type Registry,
  type RunLength,
} from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import { chooseEngine } from '../engines/engines.js';
import type { CodeParts } from './code-config.js';
import { resolveDataset } from './dataset.js';
import { resolveLoss } from './loss.js';
import { checkNeeds, recipeNeeds } from './needs.js';
import { resolveNetwork } from './network.js';
import { resolveRegistry } from './registry.js';
import { provideServices } from './services.js';
import { TrainedStart } from './trained-start.js';

/** Everything that a configuration names, found and made; nothing of it costs what grows with the network. */
export interface RunParts {
  /** With the density that the run will have. */
  readonly config: ResolvedConfig;
  readonly registry: Registry;
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly loss: Loss;
  readonly factory: EngineFactory;
  /** The network's maskable layers. */
  readonly layers: readonly LayerDescription[];
  /** The weights to start from, where they come from an earlier run. */
  readonly trained: TrainedStart | undefined;
  /** What the start is planned with: the recipe, or its start replaced by trained weights. */
  readonly startRecipe: Recipe;
  readonly random: RandomSource;
  readonly length: RunLength;
}

/**
 * Resolves everything that a configuration names.
 * @throws EspalierError for anything that is unknown, impossible or does not fit together
 */
export async function resolveParts(given: ResolvedConfig, code: CodeParts): Promise<RunParts> {
  const registry = await resolveRegistry(given, code);
  const expanded = expandRecipe(registry, given.method, given.recipe);
  const dataset = resolveDataset(given, code);
  const network = resolveNetwork(given, code, dataset);
  const loss = resolveLoss(given.train.loss, dataset);
  const density = expanded.imposedDensity ?? given.sparsity.density;
  const choice = { ...given, density, loss };
  const layers = (await chooseEngine(choice, network)).inspect(network);
  const trained = given.from && new TrainedStart(given.from, code.baseDirectory);
  trained?.checkFit(layers);
  const config = trained?.withDensity(given, layers) ?? given;
  const stepsPerEpoch = Math.ceil(dataset.trainSize / config.train.batchSize);
  const length = { stepsPerEpoch, totalSteps: stepsPerEpoch * config.train.epochs };
  provideServices(registry, code, { seed: config.seed, density: config.sparsity.density, ...length });
  const recipe = createRecipe(registry, expanded);
  const factory = await chooseEngine({ ...choice, needs: recipeNeeds(recipe) }, network);
  checkNeeds(recipe, factory, { layers, optimizer: config.optimizer.use });
  const startRecipe = trained?.replaceStart(recipe) ?? recipe;
  const random = registry.services.get(RANDOM_SOURCE);
  return {
    config,
    registry,
    recipe,
    dataset,
    network,
    loss,
    factory,
    layers,
    trained,
    startRecipe,
    random,
    length,
  };
}
