import type { LayerDescription, LayerShape, Positions, StartContext, StartLayer } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { describeLayer } from '../layers/describe.js';
import { ceilCount, roundHalfUp, sum } from '../numbers/index.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { allPositions } from '../selection/index.js';
import { clockAt, type RunLength } from '../training/clock.js';
import { scheduledBudget } from '../update/budget.js';
import { badResult, callStrategy, expectList, expectTyped } from '../update/call.js';
import { matchLayers } from './select-layers.js';

/** How sparse a network is to be. */
export interface SparsityOptions {
  /** Target density of the layers not kept dense, in (0, 1]. */
  readonly density: number;
  /** Globs of layers that stay dense. Default none. */
  readonly keepDense?: readonly string[];
  /** Whether layers kept dense count in the target, so that the others are thinned to meet it. Default false. */
  readonly budgetIncludesDense?: boolean;
}

/** Where a network's first weights are. */
export interface StartPlan {
  /** All maskable layers, in the engine's order. */
  readonly layers: readonly StartLayer[];
  /** The layers that are sparse, numbered from 0 among themselves. */
  readonly sparse: readonly LayerShape[];
  /** Target density; what the method imposes, if it does. */
  readonly density: number;
  /** Integer total of active weights of the sparse layers that training starts with. */
  readonly budget: number;
  /** The same for the target density; another number only where a density schedule starts elsewhere. */
  readonly targetBudget: number;
  /** The least number of active weights of each sparse layer. */
  readonly floors: readonly number[];
}

/** Decides where the first weights are; replaceable as a service. */
export interface StartPlanner {
  /**
   * @param options - `ownWeights`: whether the network brings its own weights, which are then kept;
   *   `length`: the run's, for density schedules that do not start at the target; `report`: hears of warnings
   * @throws EspalierError for impossible densities and budgets, unknown layers, or a misbehaving strategy
   */
  plan(
    descriptions: readonly LayerDescription[],
    recipe: Recipe,
    sparsity: SparsityOptions,
    random: RandomSource,
    options?: {
      readonly ownWeights?: boolean;
      readonly length?: RunLength;
      readonly report?: StartContext['report'];
    },
  ): StartPlan;
}

/** Core's own {@link StartPlanner}. */
export const startPlanner: StartPlanner = {
  plan(descriptions, recipe, sparsity, random, options = {}) {
    const density = recipe.expanded.imposedDensity ?? sparsity.density;
    checkDensity(density);
    const shapes = descriptions.map(describeLayer);
    const dense = matchLayers(shapes, sparsity.keepDense ?? [], 'keepDense');
    const sparse = descriptions.filter((_, i) => !dense[i]).map(describeLayer);
    const targetBudget = budgetOf(shapes, dense, density, sparsity.budgetIncludesDense ?? false);
    const size = sum(sparse.map((layer) => layer.size));
    const budget =
      options.length === undefined
        ? targetBudget
        : scheduledBudget(recipe, { target: density, targetBudget, size }, clockAt(options.length, 0, 0));
    const floors = sparse.map(({ size }) =>
      Math.max(1, ceilCount(recipe.expanded.minDensity * density * size)),
    );
    checkBudget(targetBudget, floors, sparse, density);

    const context = (bound: Bound<unknown>): StartContext => ({
      density,
      random: (purpose, layer) =>
        random.stream(`${bound.slot}/${bound.name}/${purpose}`, layer?.name ?? '', 0),
      report: options.report ?? (() => {}),
    });
    const { allocate, topology, weights } = recipe;
    const counts =
      sparse.length === 0
        ? []
        : callStrategy(allocate, {}, () => allocate.strategy.allocate(sparse, budget, context(allocate)));
    checkCounts(allocate, counts, sparse, budget);

    let next = 0;
    const layers = descriptions.map((description, i): StartLayer => {
      const shape = dense[i] ? shapes[i]! : sparse[next]!;
      const active = dense[i] ? allPositions(shape.size) : place(shape, counts[next]!);
      if (!dense[i]) next++;
      if (options.ownWeights === true) return { name: description.name, active };
      const where = { layer: shape.name };
      const values = callStrategy(weights, where, () =>
        weights.strategy.weights(shape, active, context(weights)),
      );
      checkWeights(weights, values, active.length, shape);
      return { name: description.name, active, weights: values };
    });
    return { layers, sparse, density, budget, targetBudget, floors };

    function place(shape: LayerShape, count: number): Positions {
      if (count === shape.size) return allPositions(shape.size);
      const placed = callStrategy(topology, { layer: shape.name }, () =>
        topology.strategy.place(shape, count, context(topology)),
      );
      checkPlaced(topology, placed, count, shape);
      return placed;
    }
  },
};

function checkDensity(density: number): void {
  if (!(density > 0 && density <= 1)) {
    throw new EspalierError(
      'ESPALIER_INVALID_DENSITY',
      `The density is ${density}, but must lie in (0, 1]; a sparsity of s is a density of 1 - s.`,
    );
  }
}

function budgetOf(
  shapes: readonly LayerShape[],
  dense: readonly boolean[],
  density: number,
  inside: boolean,
): number {
  const sparseSize = sum(shapes.filter((_, i) => !dense[i]).map(({ size }) => size));
  if (!inside) return roundHalfUp(density * sparseSize);
  const all = sum(shapes.map(({ size }) => size));
  return roundHalfUp(density * all) - (all - sparseSize);
}

function checkBudget(
  budget: number,
  floors: readonly number[],
  sparse: readonly LayerShape[],
  density: number,
): void {
  const least = sum(floors);
  if (sparse.length > 0 && budget < least) {
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `A density of ${density} leaves a budget of ${budget} weights for ${sparse.length} layers, ` +
        `but their floors need ${least} (${sparse.map(({ name }, i) => `${name} ${floors[i]}`).join(', ')}). ` +
        'Raise the density, lower minDensity, or keep fewer layers dense.',
    );
  }
}

function checkCounts(
  by: Bound<unknown>,
  counts: readonly number[],
  sparse: readonly LayerShape[],
  budget: number,
): void {
  expectList(by, {}, counts, 'a list of counts');
  const wrong = counts.findIndex((n, i) => !(Number.isInteger(n) && n >= 1 && n <= sparse[i]!.size));
  if (counts.length !== sparse.length || wrong >= 0 || sum(counts) !== budget) {
    throw badResult(
      by,
      {},
      counts.length !== sparse.length
        ? `returned ${counts.length} counts for ${sparse.length} layers`
        : wrong >= 0
          ? `gave layer "${sparse[wrong]!.name}" ${counts[wrong]} weights; it holds 1 to ${sparse[wrong]!.size}`
          : `gave ${sum(counts)} weights in all; the budget is ${budget}`,
    );
  }
}

function checkPlaced(by: Bound<unknown>, placed: Positions, count: number, shape: LayerShape): void {
  expectTyped(by, { layer: shape.name }, placed, 'positions');
  const ascending = placed.every(
    (p, i) => Number.isInteger(p) && p < shape.size && (i === 0 || p > placed[i - 1]!),
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
