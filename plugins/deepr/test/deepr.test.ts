import { createRandomSource, describeLayer, type MutableLayerView, type StepContext } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import deepr from '../src/index.js';
import { Signs } from '../src/signs.js';

/** That of the runs that the recipes of tests are told of. */
const SEED = 1;

const deeprWith = (options: object = {}) =>
  recipeOf({ plugins: [standard, deepr], method: { use: 'deepr', ...options } });

const shapeOf = (size: number, name = 'a') => describeLayer({ name, kind: 'dense', shape: [size, 1] }, 0);

describe('Deep Rewiring agrees with the golden case', () => {
  it('deepr-step', () => {
    const { input, expected } = goldenCase('16_other_rules', 'deepr-step');
    const { theta, active, gradTheta, eta, alpha, T, noise } = input;
    const recipe = deeprWith({ l1: alpha, temperature: T });
    const shape = shapeOf(theta.length);
    const signOf = new Signs(SEED).of(shape);
    const positions = Uint32Array.from([...theta.keys()].filter((p) => active[p] === 1));
    const weights = Float32Array.from(positions, (p) => signOf(p) * (theta[p] - eta * gradTheta[p]));
    const view: MutableLayerView = {
      ...shape,
      active: positions,
      weights,
      signal: () => new Float32Array(0),
    };
    let drawn = 0;
    const context: StepContext = {
      ...clockAt(3),
      learningRate: eta,
      report: () => {},
      random: () => ({ normal: () => noise[positions[drawn++]!], uniform: () => 0, below: () => 0 }),
    };
    recipe.hook!.strategy.afterStep(view, context);
    for (const [i, p] of positions.entries()) {
      expect(signOf(p) * weights[i]!).toBeCloseTo(expected.theta[p], 6);
    }

    const layer = rowLayer('a', active, [0, 0, 0, 0]);
    layer.setWeights(weights);
    const { plan } = planUpdate(recipe, [layer]);
    const [planned] = plan.layers;
    expect([...planned!.pruned, ...planned!.returned]).toEqual(expected.dormant);
    expect([...planned!.change.grownValues, ...planned!.change.restartedValues]).toEqual([0]);
  });
});

describe('Signs', () => {
  it('are a function of seed, layer and position, and as often one as the other', () => {
    const signs = (seed: number, name: string) => {
      const signOf = new Signs(seed).of(shapeOf(1, name));
      return Array.from({ length: 4000 }, (_, p) => signOf(p));
    };
    const one = signs(1, 'a');
    expect(signs(1, 'a')).toEqual(one);
    for (const other of [signs(2, 'a'), signs(1, 'b')]) {
      const alike = one.filter((sign, p) => sign === other[p]).length;
      expect(Math.abs(alike - 2000)).toBeLessThan(5 * Math.sqrt(1000));
    }
    expect(Math.abs(one.reduce<number>((a, b) => a + b, 0))).toBeLessThan(5 * Math.sqrt(4000));
    const next = one.slice(1).filter((sign, p) => sign === one[p]).length;
    expect(Math.abs(next - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  it('differ beyond 2^32 positions, too', () => {
    const signOf = new Signs(1).of(shapeOf(1));
    const low = Array.from({ length: 64 }, (_, p) => signOf(p));
    const high = Array.from({ length: 64 }, (_, p) => signOf(2 ** 32 + p));
    expect(high).not.toEqual(low);
  });
});

describe('Deep Rewiring', () => {
  it('starts with the sign of every position', async () => {
    const recipe = deeprWith();
    const layers = [{ name: 'a', kind: 'dense', shape: [20, 10] }] as const;
    const start = await planStart(recipe, layers, { density: 0.5 }, createRandomSource(SEED));
    const signOf = new Signs(SEED).of(shapeOf(200));
    const { active, weights } = start.layers[0]!;
    for (const [i, p] of active.entries()) expect(Math.sign(weights![i]!)).toBe(signOf(p));
  });

  it('moves exactly the weights that changed sign, in each layer or over all', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.constantFrom('identity', 'categorical'), (network, variant) => {
        const layers = layersOf(network);
        const flipped = network.map(({ name, mask, weights }) => {
          const signOf = new Signs(SEED).of(shapeOf(mask.length, name));
          return mask.filter((m, p) => m === 1 && Math.fround(weights[p]!) * signOf(p) < 0).length;
        });
        const floors = layers.map(() => 0);
        const { plan } = planUpdate(deeprWith({ variant }), layers, { floors });
        for (const [l, planned] of plan.layers.entries()) {
          const full = planned.nonZerosBefore === flipped[l] && flipped[l] > 0;
          // A layer never loses all of its weights.
          expect(planned.removed).toBe(full ? flipped[l]! - 1 : flipped[l]);
          if (variant === 'identity') expect(planned.nonZerosAfter).toBe(planned.nonZerosBefore);
        }
        expectSoundCommit(plan, layers, { budget: nnzOf(network), floors });
      }),
      { numRuns: 200 },
    );
  });

  it('draws layers in proportion to what they were given', () => {
    const recipe = deeprWith({ variant: 'categorical' });
    const signOf = (name: string) => new Signs(SEED).of(shapeOf(4000, name));
    // All weights but one of each layer have the wrong sign.
    const layer = (name: string) => {
      const mask = Array.from({ length: 4000 }, (_, p) => (p < 1000 ? 1 : 0));
      return rowLayer(
        name,
        mask,
        mask.map((_, p) => -signOf(name)(p)),
      );
    };
    const { plan } = planUpdate(recipe, [layer('a'), layer('b')], { allocated: [500, 1500] });
    const [a, b] = plan.layers.map(({ nonZerosAfter }) => nonZerosAfter - 1);
    expect(a! + b!).toBe(1998);
    expect(Math.abs(a! - 1998 / 4)).toBeLessThan(5 * Math.sqrt(1998 * 0.25 * 0.75));
  });
});
