import type { LayerDescription, LayerShape, Positions, StartLayer } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { allPositions, valuesAt } from '../selection/index.js';
import { awaitStrategy, badResult, callStrategy, expectTyped } from '../update/call.js';
import {
  planAllocation,
  type SparsityOptions,
  type StartAllocation,
  type StartOptions,
} from './allocation.js';
import { type StartScope, startContext } from './context.js';
import { fillWeights } from './fill.js';
import { startTrained } from './trained.js';

/** What training needs to know of a start once the engine has its weights. */
export interface StartState
  extends Pick<StartAllocation, 'sparse' | 'density' | 'budget' | 'targetBudget' | 'floors'> {
  /** What the allocator gave each sparse layer; a structure may have rounded it down. */
  readonly allocated: readonly number[];
}

/** Where a network's first weights are. */
export interface StartPlan extends StartState {
  /** All maskable layers, in the engine's order. */
  readonly layers: readonly StartLayer[];
}

/** Decides where the first weights are; replaceable as a service. */
export interface StartPlanner {
  /** @throws EspalierError for impossible densities and budgets, unknown layers, or a misbehaving strategy */
  plan(
    descriptions: readonly LayerDescription[],
    recipe: Recipe,
    sparsity: SparsityOptions,
    random: RandomSource,
    options?: StartOptions,
  ): Promise<StartPlan>;
}

/** Core's own {@link StartPlanner}. */
export const startPlanner: StartPlanner = {
  async plan(descriptions, recipe, sparsity, random, options = {}) {
    const allocation = await planAllocation(descriptions, recipe, sparsity, random, options);
    const { shapes, dense, sparse, counts, density, targetBudget, floors, oracle } = allocation;
    const scope = { density, layers: sparse, random, options, oracle, recipe };
    let next = 0;
    let budget = 0;
    const layers: StartLayer[] = [];
    for (const [i, { name }] of descriptions.entries()) {
      const shape = dense[i] ? shapes[i]! : sparse[next]!;
      const active = dense[i] ? allPositions(shape.size) : await placeLayer(scope, shape, counts[next++]!);
      if (!dense[i]) budget += active.length;
      if (options.ownWeights === true && recipe.backward === null) layers.push({ name, active });
      else if (dense[i] || recipe.backward === null) {
        layers.push({ name, active, weights: fillWeights(scope, shape, active) });
      } else {
        const latent = oracle.weights(shape);
        const trained = startTrained(recipe.backward, scope, shape, active, latent);
        layers.push({ name, active, weights: valuesAt(latent, active), latent, trained });
      }
    }
    return { layers, sparse, density, budget, targetBudget, floors, allocated: counts };
  },
};

async function placeLayer(
  scope: StartScope & { readonly recipe: Recipe },
  shape: LayerShape,
  count: number,
): Promise<Positions> {
  const { structure, topology } = scope.recipe;
  const where = { layer: shape.name };
  if (structure !== null) {
    const fit = callStrategy(structure, where, () => structure.strategy.fit(shape, count));
    if (!(Number.isInteger(fit) && fit >= 1 && fit <= count)) {
      throw badResult(
        structure,
        where,
        `fits ${fit} weights where ${count} were allocated; 1 to ${count} are due`,
      );
    }
    const context = startContext(structure, scope);
    return checkPlaced(
      structure,
      callStrategy(structure, where, () => structure.strategy.place(shape, fit, context)),
      fit,
      shape,
    );
  }
  if (count === shape.size) return allPositions(shape.size);
  const context = startContext(topology, scope);
  const placed = await awaitStrategy(topology, where, () => topology.strategy.place(shape, count, context));
  return checkPlaced(topology, placed, count, shape);
}

function checkPlaced(by: Bound<unknown>, placed: Positions, count: number, shape: LayerShape): Positions {
  expectTyped(by, { layer: shape.name }, placed, 'positions');
  const ascending = placed.every(
    (p, i) => Number.isInteger(p) && p >= 0 && p < shape.size && (i === 0 || p > placed[i - 1]!),
  );
  if (placed.length === count && ascending) return placed;
  throw badResult(
    by,
    { layer: shape.name },
    `placed ${placed.length} weights; ${count} ascending positions below ${shape.size} are due`,
  );
}
