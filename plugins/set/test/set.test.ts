import { createRandomSource } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { ArrayLayer } from '../../../test/support/array-layer.js';
import { fromOutIn } from '../../../test/support/from-out-in.js';
import { givenScores } from '../../../test/support/given-scores.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import set from '../src/index.js';

const plugins = [standard, set];
const recipe = (use: string, options: object = {}) => recipeOf({ plugins, method: { use, ...options } });

describe('SET agrees with the golden case', () => {
  it('half-with-given-random-scores', () => {
    const { input, expected } = goldenCase('09_set', 'half-with-given-random-scores');
    const layer = rowLayer('a', input.mask, input.weights);
    const { plan } = planUpdate(
      recipeOf({
        plugins: [...plugins, givenScores({ a: input.randomScores })],
        method: { use: 'set', dropFraction: input.fraction },
        overrides: { regrow: 'given-scores' },
      }),
      [layer],
    );
    const [planned] = plan.layers;
    const { grown, pruned, restarted } = planned!.change;
    expect(planned!.removed).toBe(expected.k);
    expect([...planned!.returned]).toEqual(expected.regrownSame);
    expect([...grown, ...restarted].sort((a, b) => a - b)).toEqual(expected.grown);
    expect([...grown, ...restarted].sort((a, b) => a - b)).toEqual(expected.stateReset);
    expect([...pruned]).toEqual(expected.stateCleared);
    layer.apply(planned!.change);
    expect(layer.mask).toEqual(expected.mask);
    expect(layer.values).toEqual([...Float32Array.from(expected.weights)]);
  });

  it('shape-invariants', async () => {
    const { input, expected } = goldenCase('09_set', 'shape-invariants');
    const { description } = fromOutIn('fc', input.shape);
    const made = recipe('set', { dropFraction: input.zeta });
    const start = await planStart(made, [description], { density: expected.density });
    expect(start.budget).toBe(expected.edges);
    const { active, weights } = start.layers[0]!;
    const mask = new Array<number>(600).fill(0);
    const values = new Array<number>(600).fill(0);
    for (const [i, p] of active.entries()) {
      mask[p] = 1;
      values[p] = weights![i]!;
    }
    const { plan } = planUpdate(made, [new ArrayLayer(description, { mask, weights: values })]);
    expect(plan.layers[0]!.removed).toBe(expected.dropped);
    expect(plan.layers[0]!.nonZerosAfter).toBe(expected.nonzerosAfter);
  });
});

describe.each(['set', 'set/paper'])('%s', (method) => {
  it('is due after every epoch but the last', () => {
    const { strategy } = recipe(method).trigger;
    const due = [...Array(40).keys()].filter((step) =>
      strategy.due(clockAt(step, { totalSteps: 40, stepsPerEpoch: 10 })),
    );
    expect(due).toEqual([9, 19, 29]);
  });

  it('keeps every layer where it is and starts every regrown weight anew', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.double({ min: 0, max: 1, noNaN: true }), (network, dropFraction) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: layers.map(() => 0) };
        const { plan } = planUpdate(recipe(method, { dropFraction }), layers, terms);
        for (const layer of plan.layers) {
          expect(layer.nonZerosAfter).toBe(layer.nonZerosBefore);
          expect(layer.change.restarted).toEqual(layer.returned);
        }
        expectSoundCommit(plan, layers, terms);
      }),
      { numRuns: 300 },
    );
  });

  it('draws from streams keyed by layer, so that the order of layers does not matter', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(99), (network, seed) => {
        const options = { floors: network.map(() => 0), random: createRandomSource(seed) };
        const made = recipe(method, { dropFraction: 0.5 });
        const forward = plainPlan(planUpdate(made, layersOf(network), options).plan);
        const backward = plainPlan(planUpdate(made, layersOf([...network].reverse()), options).plan);
        expect(backward.reverse()).toEqual(forward);
      }),
      { numRuns: 200 },
    );
  });

  it('reaches every free place in time', () => {
    const mask = [1, 1, 0, 0, 0, 0, 0, 0];
    const grown = new Set<number>();
    for (let step = 0; step < 80; step++) {
      const layer = rowLayer('a', mask, [1, 2, 0, 0, 0, 0, 0, 0]);
      const { plan } = planUpdate(recipe(method, { dropFraction: 0.5 }), [layer], { clock: clockAt(step) });
      for (const p of plan.layers[0]!.grown) grown.add(p);
    }
    expect([...grown].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe('the values of regrown weights', () => {
  const values = (method: string) => {
    const size = 2000;
    const layer = rowLayer(
      'a',
      Array(size).fill(1),
      [...Array(size).keys()].map((i) => i + 1),
    );
    const { plan } = planUpdate(recipe(method, { dropFraction: 0.5 }), [layer]);
    return [...plan.layers[0]!.change.restartedValues];
  };

  it('are 0 in SET', () => {
    expect(values('set')).toEqual(Array(1000).fill(0));
  });

  it('have standard deviation 0.1 in SET as published', () => {
    const drawn = values('set/paper');
    const variance = drawn.reduce((sum, v) => sum + v * v, 0) / drawn.length;
    // Relative standard error sqrt(2 / 1000), about 0.045.
    expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(0.25);
  });
});
