import type { LayerDescription, LayerShape, Positions, StartLayer } from '../contract.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { allPositions } from '../selection/index.js';
import { badResult, callStrategy, expectTyped } from '../update/call.js';
import {
  planAllocation,
  type SparsityOptions,
  type StartAllocation,
  type StartOptions,
  startContext,
} from './allocation.js';

/** Where a network's first weights are. */
export interface StartPlan
  extends Pick<StartAllocation, 'sparse' | 'density' | 'budget' | 'targetBudget' | 'floors'> {
  /** All maskable layers, in the engine's order. */
  readonly layers: readonly StartLayer[];
}

/** Decides where the first weights are; replaceable as a service. */
export interface StartPlanner {
  /**
   * @param options - `ownWeights`: whether the network brings its own weights, which are then kept
   * @throws EspalierError for impossible densities and budgets, unknown layers, or a misbehaving strategy
   */
  plan(
    descriptions: readonly LayerDescription[],
    recipe: Recipe,
    sparsity: SparsityOptions,
    random: RandomSource,
    options?: StartOptions & { readonly ownWeights?: boolean },
  ): StartPlan;
}

/** Core's own {@link StartPlanner}. */
export const startPlanner: StartPlanner = {
  plan(descriptions, recipe, sparsity, random, options = {}) {
    const allocation = planAllocation(descriptions, recipe, sparsity, random, options);
    const { shapes, dense, sparse, counts, density, budget, targetBudget, floors } = allocation;
    const { topology, weights } = recipe;
    const placing = startContext(topology, density, random, options);
    const filling = startContext(weights, density, random, options);
    let next = 0;
    const layers = descriptions.map(({ name }, i): StartLayer => {
      const shape = dense[i] ? shapes[i]! : sparse[next]!;
      const count = dense[i] ? shape.size : counts[next++]!;
      const active = count === shape.size ? allPositions(shape.size) : place(shape, count);
      return options.ownWeights === true ? { name, active } : { name, active, weights: fill(shape, active) };
    });
    return { layers, sparse, density, budget, targetBudget, floors };

    function place(shape: LayerShape, count: number): Positions {
      const placed = callStrategy(topology, { layer: shape.name }, () =>
        topology.strategy.place(shape, count, placing),
      );
      checkPlaced(topology, placed, count, shape);
      return placed;
    }

    function fill(shape: LayerShape, active: Positions): Float32Array {
      const values = callStrategy(weights, { layer: shape.name }, () =>
        weights.strategy.weights(shape, active, filling),
      );
      checkWeights(weights, values, active.length, shape);
      return values;
    }
  },
};

function checkPlaced(by: Bound<unknown>, placed: Positions, count: number, shape: LayerShape): void {
  expectTyped(by, { layer: shape.name }, placed, 'positions');
  const ascending = placed.every(
    (p, i) => Number.isInteger(p) && p >= 0 && p < shape.size && (i === 0 || p > placed[i - 1]!),
  );
  if (placed.length !== count || !ascending) {
    throw badResult(
      by,
      { layer: shape.name },
      `placed ${placed.length} weights; ${count} ascending positions below ${shape.size} are due`,
    );
  }
}

function checkWeights(by: Bound<unknown>, values: Float32Array, count: number, shape: LayerShape): void {
  expectTyped(by, { layer: shape.name }, values, 'values');
  if (values.length !== count || !values.every(Number.isFinite)) {
    throw badResult(
      by,
      { layer: shape.name },
      `returned ${values.length} values; ${count} finite ones are due`,
    );
  }
}
