import type { Choice, RecipeSpec } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import type { ArrayLayer } from '../../../test/support/array-layer.js';
import { type PlanOptions, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import standard from '../src/index.js';

/** A layer with some active weights and some free places, gradients falling from the first position on. */
function layer(name: string, active: number, free: number, scale = 1): ArrayLayer {
  const positions = [...Array(active + free).keys()];
  return rowLayer(
    name,
    positions.map((p) => (p < active ? 1 : 0)),
    positions.map((p) => p + 1),
    { gradient: positions.map((p) => scale / (p + 1)) },
  );
}

function after(overrides: RecipeSpec, layers: readonly ArrayLayer[], options: PlanOptions = {}) {
  const recipe = recipeOf({ plugins: [standard], method: 'static', overrides });
  const { plan, reported } = planUpdate(recipe, layers, options);
  return {
    counts: plan.layers.map(({ nonZerosAfter }) => nonZerosAfter),
    kinds: reported.map(({ kind }) => kind),
    plan,
  };
}

const drop = (dropFraction: number) => ({ use: 'constant', dropFraction });

describe('identity', () => {
  it('gives every layer back what it lost', () => {
    const layers = [layer('a', 10, 5), layer('b', 20, 1)];
    expect(after({ drop: drop(0.5) }, layers).counts).toEqual([10, 20]);
  });

  it('shares a moving budget in proportion to the losses, or to what layers hold where there are none', () => {
    const layers = () => [layer('a', 10, 90), layer('b', 20, 80)];
    expect(after({ drop: drop(0.5) }, layers(), { budget: 27 }).counts).toEqual([9, 18]);
    expect(after({ drop: drop(0.5) }, layers(), { budget: 45 }).counts).toEqual([15, 30]);
    expect(after({ drop: drop(0) }, layers(), { budget: 45 }).counts).toEqual([15, 30]);
  });

  it('lets what finds no room spill into other layers, and says so', () => {
    const layers = [layer('a', 10, 0), layer('b', 10, 20)];
    const spilled = after({ drop: drop(0.5), regrowPruned: 'never' }, layers);
    expect(spilled.counts).toEqual([5, 15]);
    expect(spilled.kinds).toEqual(['redistribution-spilled']);
  });

  it('lifts layers to their floors', () => {
    const layers = [layer('a', 2, 8), layer('b', 18, 2)];
    expect(after({ drop: drop(0.5) }, layers, { floors: [5, 1] }).counts).toEqual([5, 15]);
  });
});

describe('global-rank', () => {
  const rank = (options: object = {}) => ({
    drop: drop(0.5),
    regrow: 'random',
    redistribute: { use: 'global-rank', ...options },
  });

  it('ranks by its own signal whatever regrows', () => {
    const layers = [layer('a', 4, 20, 100), layer('b', 4, 20, 1)];
    expect(after(rank(), layers).counts).toEqual([6, 2]);
    expect(after({ ...rank(), regrow: 'gradient' }, layers).counts).toEqual([6, 2]);
  });

  it('ranks by any signal that the engine has', () => {
    const layers = [layer('a', 4, 20, 100), layer('b', 4, 20, 1)];
    for (const [i, l] of layers.entries()) {
      l.signals.denseMomentum = l.signals.gradient!.map((g) => (i === 0 ? g / 1e4 : g));
    }
    expect(after(rank({ by: 'denseMomentum' }), layers).counts).toEqual([2, 6]);
  });

  it('takes the mean at places without a weight, block by block', () => {
    // Off the plan a has gradients 1 and 3, b 10 and 10 and 40: relative to their means a has 1.5, b 2.
    const layers = () => [
      rowLayer('a', [1, 0, 0], [1, 0, 0], { gradient: [900, 1, 3] }),
      rowLayer('b', [1, 0, 0, 0], [1, 0, 0, 0], { gradient: [900, 10, 10, 40] }),
    ];
    expect(
      after({ ...rank({ normalise: 'meanAbs' }), drop: drop(0) }, layers(), { budget: 3 }).counts,
    ).toEqual([1, 2]);
    expect(
      after({ ...rank({ normalise: 'meanAbs' }), drop: drop(0) }, layers(), { budget: 4 }).counts,
    ).toEqual([2, 2]);
    expect(after({ ...rank(), drop: drop(0) }, layers(), { budget: 5 }).counts).toEqual([1, 4]);
  });

  it('gives a layer whose weights are all 0 the scale of the others', () => {
    const layers = [
      rowLayer('a', [1, 0, 0], [0, 0, 0], { gradient: [0, 2, 2] }),
      rowLayer('b', [1, 0, 0], [5, 0, 0], { gradient: [0, 1, 1] }),
    ];
    const overrides = { ...rank({ normalise: 'weightScale' }), drop: drop(0) };
    expect(after(overrides, layers, { budget: 4 }).counts).toEqual([3, 1]);
  });

  it('needs the signal that it ranks by, before the first step', () => {
    const recipe = recipeOf({ plugins: [standard], method: 'static', overrides: rank({ by: 'momentum' }) });
    expect(recipe.rounds[0]!.redistribute.strategy.needs).toEqual(['momentum']);
  });
});

describe('shares', () => {
  const three = () => [layer('a', 8, 40), layer('b', 4, 40, 3), layer('c', 12, 4)];
  const share = (redistribute: Choice) => ({ drop: drop(0.5), regrow: 'random', redistribute });
  const momentum = (layers: readonly ArrayLayer[], values: readonly number[]) => {
    for (const [i, l] of layers.entries()) {
      // Off the weights, and of the smallest ones that leave, to see that the first is left out and the second is not.
      l.signals.momentum = l.signals.gradient!.map(
        (_, p) => (l.mask[p] === 0 ? 99 : p === 0 ? -1 : 1) * values[i]!,
      );
    }
    return layers;
  };

  it('follow the weights that were kept', () => {
    // 12 places for layers that keep 4, 2 and 6.
    expect(after(share('survivors'), three()).counts).toEqual([8, 4, 12]);
    const layers = [layer('a', 8, 40), layer('b', 4, 40)];
    const threshold = { pruneQuota: { use: 'threshold', value: 4.5 }, redistribute: 'survivors' };
    // a keeps 5 to 8, b its 4; 7 places in proportion 4 to 1.
    expect(after(threshold, layers).counts).toEqual([4 + 6, 1 + 1]);
  });

  it('follow the momentum of the weights before pruning', () => {
    expect(after(share('momentum'), momentum(three(), [1, 2, 1])).counts).toEqual([7, 8, 9]);
    expect(after(share('momentum'), momentum(three(), [0, 1, 0])).counts).toEqual([4, 14, 6]);
  });

  it('follow the gradients, of weights or of all positions', () => {
    const layers = () => [
      rowLayer('a', [1, 1, 0, 0, 0], [1, 2, 0, 0, 0], { gradient: [1, -1, 4, 4, 5] }),
      rowLayer('b', [1, 1, 0, 0, 0], [1, 2, 0, 0, 0], { gradient: [-3, 3, 0, 0, 9] }),
    ];
    const grow = (over: string) => ({ ...share({ use: 'mean-gradient', over }), drop: drop(0) });
    expect(after(grow('active'), layers(), { budget: 8 }).counts).toEqual([3, 5]);
    expect(after(grow('all'), layers(), { budget: 8 }).counts).toEqual([4, 4]);
  });

  it('follow the weights that are left', () => {
    const layers = [
      rowLayer('a', [1, 1, 0, 0, 0, 0], [0.1, -1, 0, 0, 0, 0], {}),
      rowLayer('b', [1, 1, 0, 0, 0, 0], [0.1, 3, 0, 0, 0, 0], {}),
    ];
    const overrides = { ...share('magnitude'), drop: drop(0.5) };
    expect(after(overrides, layers, { budget: 6 }).counts).toEqual([2, 4]);
  });

  it('spill where there is no room, and lift layers to their floors', () => {
    const layers = momentum([layer('a', 4, 2), layer('b', 4, 40), layer('c', 4, 40)], [100, 1, 0]);
    expect(after(share('momentum'), layers, { floors: [1, 1, 3] }).counts).toEqual([6, 3, 3]);
  });

  it('are equal where there is nothing to go by, and say so', () => {
    const { counts, kinds } = after(share('momentum'), momentum(three(), [0, 0, 0]));
    expect(counts).toEqual([8, 6, 10]);
    expect(kinds).toEqual(['zero-signal']);
  });

  it('name the layer whose signal is not finite', () => {
    const layers = momentum(three(), [1, Number.NaN, 1]);
    expect(() => after(share('momentum'), layers)).toThrow(/ESPALIER_NOT_FINITE.*"b".*momentum/);
  });
});

describe('grown values', () => {
  const grown = (grownValue: Choice) =>
    after({ drop: drop(0.5), regrow: 'gradient', grownValue, regrowPruned: 'never' }, [layer('a', 4, 4)]).plan
      .layers[0]!.change;

  it('are 0, drawn, or a step against the gradient', () => {
    expect([...grown('zeros').grownValues]).toEqual([0, 0]);
    expect([...grown('normal').grownValues].every((v) => v !== 0 && Math.abs(v) < 1)).toBe(true);
    const { grown: positions, grownValues } = grown({ use: 'gradient', scale: 2 });
    expect([...positions]).toEqual([4, 5]);
    expect(grownValues).toEqual(Float32Array.of(-2 * Math.fround(1 / 5), -2 * Math.fround(1 / 6)));
  });
});
