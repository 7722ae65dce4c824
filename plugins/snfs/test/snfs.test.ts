import type { RecipeSpec } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, type DrawnLayer, nnzOf } from '../../../test/support/arbitrary-network.js';
import { golden } from '../../../test/support/golden.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import snfs from '../src/index.js';

const recipe = (options: object = {}, overrides: RecipeSpec = {}) =>
  recipeOf({ plugins: [standard, snfs], method: { use: 'snfs', ...options }, overrides });

const layer = (
  name: string,
  mask: readonly number[],
  weights: readonly number[],
  momentum: readonly number[],
) => rowLayer(name, mask, weights, { momentum, denseMomentum: momentum });
const layersOf = (network: readonly DrawnLayer[]) =>
  network.map(({ name, mask, weights, gradient }) => layer(name, mask, weights, gradient));

describe('SNFS agrees with the golden case', () => {
  it.each(golden('11_snfs'))('$id', ({ input, expected }) => {
    const layers = input.masks.map((mask: number[], i: number) =>
      layer(`layer${i}`, mask, input.weights[i], input.momentum[i]),
    );
    // At step 0 the cosine has its first value.
    const { plan } = planUpdate(recipe({ dropFraction: input.rate }), layers);
    expect(plan.layers.map(({ removed }) => removed)).toEqual(expected.removed);
    expect(plan.layers.map(({ grown, returned }) => grown.length + returned.length)).toEqual(expected.grow);
    for (const [i, { change }] of plan.layers.entries()) layers[i].apply(change);
    expect(layers.map(({ mask }: { mask: number[] }) => mask)).toEqual(expected.masks);
  });
});

describe('SNFS', () => {
  it('keeps the budget exactly, update after update, and every layer alive', () => {
    fc.assert(
      fc.property(arbitraryNetwork('tied'), fc.double({ min: 0, max: 1, noNaN: true }), (network, f) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: network.map(() => 1) };
        for (const step of [0, 500, 999]) {
          const { plan } = planUpdate(recipe({ dropFraction: f }), layers, {
            ...terms,
            clock: clockAt(step),
          });
          expectSoundCommit(plan, layers, terms);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('with identity regrows what each layer lost where its momentum is largest', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(999), (network, step) => {
        const terms = { floors: network.map(() => 0), clock: clockAt(step) };
        const sparse = recipe(
          {},
          { redistribute: 'identity', pruneQuota: { use: 'per-layer', rounding: 'ceil' } },
        );
        const regrown = recipeOf({
          plugins: [standard, snfs],
          method: 'static',
          overrides: {
            drop: { use: 'cosine', dropFraction: 0.5, minimum: 0.005, updateEnd: 1 },
            pruneQuota: { use: 'per-layer', rounding: 'ceil' },
            regrow: 'momentum',
          },
        });
        expect(plainPlan(planUpdate(sparse, layersOf(network), terms).plan)).toEqual(
          plainPlan(planUpdate(regrown, layersOf(network), terms).plan),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('eases the rate of a nearly dense layer only where it has more than a mean share', () => {
    const ten = (n: number) => Array.from({ length: 10 }, (_, p) => (p < n ? 1 : 0));
    const removed = (first: number, momentum: number) => {
      const layers = [
        layer('a', ten(first), ten(first), Array<number>(10).fill(momentum)),
        layer('b', ten(4), ten(4), Array<number>(10).fill(1)),
      ];
      return planUpdate(recipe(), layers).plan.layers.map((planned) => planned.removed);
    };
    expect(removed(9, 2)).toEqual([1, 2]);
    expect(removed(9, 1)).toEqual([5, 2]);
    expect(removed(8, 2)).toEqual([4, 2]);
  });

  it('needs momentum where there is no weight, keeps it there, and updates after every epoch but the last', () => {
    const made = recipe();
    expect(made.rounds[0]!.regrow[0]!.criterion.strategy.needs).toEqual(['denseMomentum']);
    expect(made.expanded).toMatchObject({ slots: { use: 'keep' }, allocate: { use: 'uniform' } });
    const due = [...Array(40).keys()].filter((step) =>
      made.trigger.strategy.due(clockAt(step, { totalSteps: 40, stepsPerEpoch: 10 })),
    );
    expect(due).toEqual([9, 19, 29]);
  });
});
