import { createRecipe, EspalierError, expandRecipe, RANDOM_SOURCE, START_PLANNER } from '@espalier/core';
import { parseConfig } from '@espalier/runs';
import { checkNeeds } from '../compose/needs.js';
import { provideServices } from '../compose/services.js';
import { buildRegistry } from '../plugins/build-registry.js';
import type { LayersModel, Optimizer, SparsifyConfig } from './config.js';
import { SparseModel, type SparseModelParts } from './sparse-model.js';

/**
 * Makes a model of TensorFlow.js sparse, for a training loop of one's own. The optimizer stays yours; call
 * `step(gradients)` where you called `optimizer.applyGradients(gradients)`, or `wrap()` before `model.fit`.
 * The model keeps its weights, those that become inactive are set to 0.
 *
 * @param model - a built tf.LayersModel
 * @param optimizer - of tf.train
 * @param config - method, density and the number of steps; see {@link SparsifyConfig}
 * @throws EspalierError for whatever does not fit together
 */
export async function sparsify(
  model: LayersModel,
  optimizer: Optimizer,
  config: SparsifyConfig,
): Promise<SparseModel> {
  const { method, density, sparsity, keepDense, budgetIncludesDense, include, seed, plugins, ...rest } =
    config;
  const { totalSteps, stepsPerEpoch = totalSteps, ...recipeSpec } = rest;
  checkSteps(totalSteps, stepsPerEpoch);
  const shares = { density, sparsity, keepDense, budgetIncludesDense };
  const resolved = parseConfig({ seed, method, ...recipeSpec, sparsity: shares }, 'sparsify');
  const registry = await buildRegistry({
    method: resolved.method.use,
    recipe: resolved.recipe,
    plugins: plugins ?? [],
    directories: [process.cwd()],
  });
  const expanded = expandRecipe(registry, resolved.method, resolved.recipe);
  const length = { totalSteps, stepsPerEpoch };
  const facts = { seed: resolved.seed, ...length, density: resolved.sparsity.density };
  provideServices(registry, { services: [] }, facts);
  const recipe = createRecipe(registry, expanded);
  if (recipe.hook !== null) {
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      `sparsify calls no step hooks, as the weights between steps are your loop's; the hook "${recipe.hook.name}" runs under createTrainer.`,
    );
  }

  const { attachModel, wrapOptimizer } = await import('@espalier/engine-tfjs');
  const attached = attachModel(model, optimizer, include === undefined ? {} : { include });
  try {
    checkNeeds(recipe, { name: 'tfjs, in a loop of your own', signals: attached.signals });
    const start = await registry.services
      .get(START_PLANNER)
      .plan(attached.layers, recipe, resolved.sparsity, registry.services.get(RANDOM_SOURCE), {
        ownWeights: true,
        length,
      });
    attached.begin(start.layers);
    const wrap: SparseModelParts['wrap'] = (step) => wrapOptimizer(optimizer, step);
    return new SparseModel({ attached, wrap, recipe, start, length, services: registry.services });
  } catch (error) {
    attached.dispose();
    throw error;
  }
}

function checkSteps(totalSteps: number, stepsPerEpoch: number): void {
  for (const [name, steps] of Object.entries({ totalSteps, stepsPerEpoch })) {
    if (!(Number.isInteger(steps) && steps >= 1)) {
      throw new EspalierError(
        'ESPALIER_INVALID_CONFIG',
        `sparsify: ${name} is ${steps}, but must be a number of steps, at least 1: schedules need to know it.`,
      );
    }
  }
}
