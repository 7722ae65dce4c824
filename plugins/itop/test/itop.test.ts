import { createRandomSource } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import rigl from '../../rigl/src/index.js';
import itop from '../src/index.js';

const plugins = [standard, itop, rigl];
const recipe = (use: string, options: object = {}) => recipeOf({ plugins, method: { use, ...options } });

const dueSteps = (use: string, options: object, totalSteps: number) => {
  const { strategy } = recipe(use, options).trigger;
  return [...Array(totalSteps).keys()].filter((step) => strategy.due(clockAt(step, { totalSteps })));
};

describe.each([
  ['rigl-itop', 24],
  ['set-itop', 65],
])('%s', (method, updates) => {
  it('spreads its updates over the whole run, as far apart as it is long', () => {
    expect(dueSteps(method, {}, 1000 * updates).slice(0, 2)).toEqual([1000, 2000]);
    expect(dueSteps(method, {}, 1000 * updates)).toHaveLength(updates - 1);
    expect(dueSteps(method, { updateInterval: 30 }, 100)).toEqual([30, 60, 90]);
    expect(dueSteps(method, { updates: 5, updateEnd: 0.5 }, 100)).toEqual([10, 20, 30, 40, 50]);
  });

  it('falls to a small share, which still moves a weight of every layer', () => {
    const layers = layersOf([
      { name: 'a', mask: [1, 1, 1, 0], weights: [1, 2, 3, 0], gradient: [1, 2, 3, 4] },
    ]);
    const { plan } = planUpdate(recipe(method), layers, { clock: clockAt(999) });
    expect(plan.dropFraction).toBeCloseTo(0.005, 5);
    expect(plan.layers[0]!.removed).toBe(1);
  });

  it('keeps every layer where it is', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(999), (network, step) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: layers.map(() => 0) };
        const { plan } = planUpdate(recipe(method), layers, { ...terms, clock: clockAt(step) });
        for (const layer of plan.layers) expect(layer.nonZerosAfter).toBe(layer.nonZerosBefore);
        expectSoundCommit(plan, layers, terms);
      }),
      { numRuns: 200 },
    );
  });
});

describe('RigL-ITOP', () => {
  it('has the masks of RigL with the same schedule and rounding', () => {
    const other = recipeOf({
      plugins,
      method: { use: 'rigl', dropFraction: 0.5, updateEnd: 1 },
      overrides: { drop: { minimum: 0.005 }, pruneQuota: { rounding: 'ceil' } },
    });
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(999), (network, step) => {
        const terms = { floors: network.map(() => 0), clock: clockAt(step) };
        expect(plainPlan(planUpdate(recipe('rigl-itop'), layersOf(network), terms).plan)).toEqual(
          plainPlan(planUpdate(other, layersOf(network), terms).plan),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('SET-ITOP', () => {
  it('explores other positions with other seeds, the same with the same', () => {
    const network = ['a', 'b'].map((name) => ({
      name,
      mask: Array.from({ length: 200 }, (_, p) => (p < 50 ? 1 : 0)),
      weights: Array.from({ length: 200 }, (_, p) => p + 1),
      gradient: Array<number>(200).fill(0),
    }));
    const plan = (seed: number) =>
      plainPlan(planUpdate(recipe('set-itop'), layersOf(network), { random: createRandomSource(seed) }).plan);
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });
});
