import type { Choice, RecipeSpec } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrayLayer } from '../../../test/support/array-layer.js';
import { goldenCase } from '../../../test/support/golden.js';
import { type PlanOptions, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import standard from '../src/index.js';

/** The masks that remain when nothing is regrown; the budget is what the quota is expected to leave. */
function pruned(overrides: RecipeSpec, layers: readonly ArrayLayer[], options: PlanOptions): number[][] {
  const recipe = recipeOf({ plugins: [standard], method: 'static', overrides });
  const { plan } = planUpdate(recipe, layers, options);
  for (const [i, { change }] of plan.layers.entries()) layers[i]!.apply(change);
  return layers.map(({ mask }) => mask);
}

const constant = (dropFraction: number) => ({ use: 'constant', dropFraction });
const nnz = (mask: readonly number[]) => mask.filter((m) => m === 1).length;

describe('pruning agrees with the golden case', () => {
  it('layer-tie-lower-index-kept', () => {
    const { input, expected } = goldenCase('07_prune_magnitude', 'layer-tie-lower-index-kept');
    const layer = rowLayer('a', input.mask, input.weights);
    const budget = nnz(input.mask) - expected.count;
    const masks = pruned({ prune: 'magnitude', drop: constant(input.fraction) }, [layer], { budget });
    expect(masks).toEqual([expected.mask]);
  });

  it.each(['layer-by-count', 'active-zero-is-prunable-before-inactive'])('%s', (id) => {
    const { input, expected } = goldenCase('07_prune_magnitude', id);
    for (const scope of ['global', 'per-layer']) {
      const layer = rowLayer('a', input.mask, input.weights);
      const budget = nnz(input.mask) - input.count;
      expect(pruned({ pruneQuota: { use: 'to-budget', scope } }, [layer], { budget })).toEqual([
        expected.mask,
      ]);
    }
  });

  it('global', () => {
    const { input, expected } = goldenCase('07_prune_magnitude', 'global');
    const layers = () => input.masks.map((m: number[], i: number) => rowLayer(`l${i}`, m, input.weights[i]));
    const total = input.masks.flat().filter((m: number) => m === 1).length;
    const budget = total - input.count;
    expect(pruned({ pruneQuota: 'to-budget' }, layers(), { budget })).toEqual(expected.masks);
    const byFraction = { pruneQuota: 'global', drop: constant(input.count / total) };
    expect(pruned(byFraction, layers(), { budget })).toEqual(expected.masks);
  });

  it('set-signed', () => {
    const { input, expected } = goldenCase('07_prune_magnitude', 'set-signed');
    const layer = rowLayer('a', input.mask, input.weights);
    const overrides = { prune: 'signed-magnitude', drop: constant(input.zeta) };
    expect(pruned(overrides, [layer], { budget: nnz(expected.mask) })).toEqual([expected.mask]);
  });
});

describe('prune criteria', () => {
  const weights = [4, -3, 2, -1];
  const gradient = [0.1, 0.4, 0.3, 0.2];
  const keptBy = (prune: Choice, signals = { gradient }) =>
    pruned({ prune, drop: constant(0.5) }, [rowLayer('a', [1, 1, 1, 1], weights, signals)], {
      budget: 2,
    })[0];

  it('keep what they value', () => {
    expect(keptBy('magnitude')).toEqual([1, 1, 0, 0]);
    expect(keptBy('gradient')).toEqual([0, 1, 1, 0]);
    expect(keptBy('saliency')).toEqual([0, 1, 1, 0]);
    expect(keptBy('saliency', { gradient: [10, 1, 1, 20] })).toEqual([1, 0, 0, 1]);
    expect(keptBy({ use: 'magnitude-gradient', lambda: 10 })).toEqual([0, 1, 1, 0]);
    expect(keptBy({ use: 'magnitude-gradient', lambda: 0 })).toEqual([1, 1, 0, 0]);
  });

  it('count active zeros among the weights that are not positive', () => {
    const layer = () => rowLayer('a', [1, 1, 1, 1, 1], [0, 0.1, -5, 0.2, -6]);
    const overrides = { prune: 'signed-magnitude', drop: constant(0.34) };
    // Of [0, -5, -6] one leaves, of [0.1, 0.2] none.
    expect(pruned(overrides, [layer()], { budget: 4 })).toEqual([[0, 1, 1, 1, 1]]);
  });

  it('at random, take every weight now and then', () => {
    const layer = () => rowLayer('a', [1, 1, 1, 1], weights);
    const recipe = recipeOf({
      plugins: [standard],
      method: 'static',
      overrides: { prune: 'random', drop: constant(0.25) },
    });
    const taken = new Set<number>();
    for (let step = 0; step < 60; step++) {
      const clock = { step, totalSteps: 60, epoch: 0, stepInEpoch: step, stepsPerEpoch: 60, updateIndex: 0 };
      const { plan } = planUpdate(recipe, [layer()], { budget: 3, clock });
      taken.add(plan.layers[0]!.pruned[0]!);
    }
    expect([...taken].sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('quotas', () => {
  const layers = (...weights: readonly (readonly number[])[]) =>
    weights.map((w, i) =>
      rowLayer(
        `l${i}`,
        w.map(() => 1),
        w,
      ),
    );
  const keptCounts = (overrides: RecipeSpec, list: readonly ArrayLayer[], options: PlanOptions) =>
    pruned(overrides, list, options).map(nnz);

  it('per-layer rounds as told', () => {
    const list = () => layers([1, 2, 3], [1, 2, 3, 4, 5, 6, 7]);
    const quota = (rounding: string) => ({
      pruneQuota: { use: 'per-layer', rounding },
      drop: constant(0.5),
    });
    expect(keptCounts(quota('floor'), list(), { budget: 6 })).toEqual([2, 4]);
    expect(keptCounts(quota('ceil'), list(), { budget: 4 })).toEqual([1, 3]);
    expect(keptCounts({ ...quota('ceil'), drop: constant(0) }, list(), {})).toEqual([3, 7]);
  });

  it('global takes the lowest anywhere, inside groups where there are some', () => {
    const list = () => layers([0.1, -0.2, 0.3, -4], [5, 6, -7, -0.8]);
    const drop = constant(0.5);
    expect(pruned({ pruneQuota: 'global', drop }, list(), { budget: 4 })).toEqual([
      [0, 0, 0, 1],
      [1, 1, 1, 0],
    ]);
    expect(pruned({ pruneQuota: 'global', prune: 'signed-magnitude', drop }, list(), { budget: 4 })).toEqual([
      [0, 0, 0, 1],
      [1, 1, 1, 0],
    ]);
  });

  it('threshold takes whatever lies below, but never the whole of a layer', () => {
    const overrides = { pruneQuota: { use: 'threshold', value: 1 } };
    const masks = pruned(overrides, layers([0.5, 1, -0.2], [0.1, -0.3, 0.2], [2, 3]), { budget: 4 });
    expect(masks).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [1, 1],
    ]);
    const signed = pruned({ ...overrides, prune: 'signed-magnitude' }, layers([0.1, -0.3, 0.2]), {
      budget: 1,
    });
    expect(signed).toEqual([[0, 1, 0]]);
    // Of equal weights one stays, too.
    expect(keptCounts(overrides, layers([0, 0, 0]), { budget: 1 })).toEqual([1]);
  });

  it('to-budget keeps floors, since nothing is regrown', () => {
    const list = () => layers([0.1, 0.2, 0.3, 0.4], [5, 6, 7, 8]);
    const global = { pruneQuota: { use: 'to-budget', scope: 'global' } };
    expect(keptCounts(global, list(), { budget: 4, floors: [1, 1] })).toEqual([1, 3]);
    expect(keptCounts(global, list(), { budget: 4, floors: [2, 1] })).toEqual([2, 2]);
    const perLayer = { pruneQuota: { use: 'to-budget', scope: 'per-layer' } };
    expect(keptCounts(perLayer, list(), { budget: 4 })).toEqual([2, 2]);
    expect(keptCounts(perLayer, list(), { budget: 4, floors: [3, 1] })).toEqual([3, 1]);
    expect(() => keptCounts(global, list(), { budget: 4, floors: [3, 3] })).toThrow(
      /ESPALIER_INFEASIBLE_BUDGET.*takes 4 weights.*only 2 above their floors/,
    );
  });

  it('to-budget prunes nothing where the budget grows', () => {
    const list = [rowLayer('a', [1, 1, 0, 0], [1, 2, 0, 0]), rowLayer('b', [1, 0, 0], [1, 0, 0])];
    expect(keptCounts({ pruneQuota: 'to-budget' }, list, { budget: 5 }).reduce((a, b) => a + b)).toBe(5);
  });

  it('to-budget meets any budget that the floors allow', () => {
    const layer = fc.array(fc.constantFrom(0, 0.5, -0.5, 1, 2), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(layer, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('global', 'per-layer'),
        fc.constantFrom('magnitude', 'signed-magnitude'),
        (weights, share, scope, prune) => {
          const all = weights.flat().length;
          const budget = weights.length + Math.floor(share * (all - weights.length));
          const kept = keptCounts({ pruneQuota: { use: 'to-budget', scope }, prune }, layers(...weights), {
            budget,
          });
          expect(kept.reduce((a, b) => a + b, 0)).toBe(budget);
          expect(Math.min(...kept)).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});
