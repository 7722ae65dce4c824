import type { LayerDescription, LayerShape, StartContext, StartOracle } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { describeLayer } from '../layers/describe.js';
import { ceilCount, roundHalfUp, sum } from '../numbers/index.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { clockAt, type RunLength } from '../training/clock.js';
import { scheduledBudget } from '../update/budget.js';
import { awaitStrategy, badResult, expectList } from '../update/call.js';
import { startContext } from './context.js';
import { type DenseNetwork, startOracle } from './oracle.js';
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

/** How many weights each layer starts with, before any of them has a place. */
export interface StartAllocation {
  /** All maskable layers, in the engine's order. */
  readonly shapes: readonly LayerShape[];
  /** Which of them are kept dense. */
  readonly dense: readonly boolean[];
  /** The layers that are sparse, numbered from 0 among themselves. */
  readonly sparse: readonly LayerShape[];
  /** Active weights of each sparse layer. */
  readonly counts: readonly number[];
  /** Target density; what the method imposes, if it does. */
  readonly density: number;
  /** Integer total of active weights of the sparse layers that training starts with. */
  readonly budget: number;
  /** The same for the target density; another number only where a density schedule starts elsewhere. */
  readonly targetBudget: number;
  /** The least number of active weights of each sparse layer. */
  readonly floors: readonly number[];
  /** Weights and gradients of the dense network; weights are remembered, so that placement sees what allocation saw. */
  readonly oracle: StartOracle;
}

/** What may be known of a run when its start is planned. */
export interface StartOptions {
  /** Of the run, for density schedules that do not start at the target. */
  readonly length?: RunLength;
  /** Hears of warnings. */
  readonly report?: StartContext['report'];
  /** Computes gradients of the dense network. Default none: strategies that ask for them fail. */
  readonly dense?: DenseNetwork;
  /** Whether the network brings its own weights, which are then kept. Default false. */
  readonly ownWeights?: boolean;
}

/**
 * Decides how many weights each layer starts with. Costs nothing that grows with the layers' sizes, unless the allocator
 * asks for weights or gradients.
 * @throws EspalierError for impossible densities and budgets, unknown layers, or a misbehaving allocator
 */
export async function planAllocation(
  descriptions: readonly LayerDescription[],
  recipe: Recipe,
  sparsity: SparsityOptions,
  random: RandomSource,
  options: StartOptions = {},
): Promise<StartAllocation> {
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
  const floors = sparse.map((layer) =>
    Math.max(1, ceilCount(recipe.expanded.minDensity * density * layer.size)),
  );
  checkBudget(targetBudget, floors, sparse, density);
  const { allocate } = recipe;
  const oracle = startOracle({ shapes, dense, layers: sparse, recipe, density, random, options });
  const context = startContext(allocate, { density, layers: sparse, random, options, oracle });
  const counts =
    sparse.length === 0
      ? []
      : await awaitStrategy(allocate, {}, () => allocate.strategy.allocate(sparse, budget, context));
  checkCounts(allocate, counts, sparse, budget);
  return { shapes, dense, sparse, counts, density, budget, targetBudget, floors, oracle };
}

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
