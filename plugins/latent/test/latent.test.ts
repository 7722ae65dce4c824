import { createRandomSource, type LayerDescription, sum } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import structures from '@espalier/plugin-structures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTieFreeNetwork, nnzOf } from '../../../test/support/arbitrary-network.js';
import { ArrayLayer } from '../../../test/support/array-layer.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import latent from '../src/index.js';

const recipe = (use: string, options: object = {}, density = 0.5) =>
  recipeOf({
    plugins: [standard, structures, latent],
    method: { use, ...options },
    density,
  });

/** The indices of the `count` largest absolute values. */
const largestOf = (values: readonly number[], count: number) =>
  [...values.keys()]
    .sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);

describe('Top-KAST', () => {
  it('agrees with the golden case', () => {
    const { input, expected } = goldenCase('16_other_rules', 'top-kast-sets');
    const mask = input.theta.map((_: number, p: number) => (p === 2 || p === 6 ? 1 : 0));
    const layer = rowLayer('a', mask, input.theta, { weight: input.theta });
    const { plan } = planUpdate(recipe('top-kast', { extraDensity: input.M }, input.D), [layer]);
    const { change } = plan.layers[0]!;
    expect([...(change.trained as Uint32Array)]).toEqual(expected.onlyB);
    expect([...change.grown]).toEqual(expected.A);
    expect([...change.grownValues]).toEqual(expected.A.map((p: number) => Math.fround(input.theta[p])));
    expect(change.slots).toEqual({ use: 'keep' });
  });

  it('trains as many again as are active, unless told otherwise, and pulls those harder', () => {
    const theta = Array.from({ length: 100 }, (_, p) => 1 + p);
    const mask = theta.map((_, p) => (p < 10 ? 1 : 0));
    const made = recipe('top-kast', { penalty: 0.001 }, 0.1);
    const { plan } = planUpdate(made, [rowLayer('a', mask, theta, { weight: theta })]);
    expect([...(plan.layers[0]!.change.trained as Uint32Array)]).toEqual([
      80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
    ]);
    expect(made.backward!.strategy.decay).toEqual({ active: 0.001, inactive: 0.01 });
  });

  it('trains active weights only once exploration is over', () => {
    const theta = [4, 3, 2, 1];
    const plan = (step: number) =>
      planUpdate(
        recipe('top-kast', { exploreEnd: 0.5 }),
        [rowLayer('a', [1, 0, 0, 0], theta, { weight: theta })],
        {
          clock: clockAt(step),
        },
      ).plan.layers[0]!.change.trained;
    expect([...(plan(499) as Uint32Array)]).toEqual([1, 2]);
    expect([...(plan(500) as Uint32Array)]).toEqual([]);
  });
});

describe('Methods that store inactive weights', () => {
  it.each(['top-kast', 'magnitude-ste'])(
    '%s uses the largest stored weights of each layer, exactly',
    (method) => {
      fc.assert(
        fc.property(arbitraryTieFreeNetwork(), (network) => {
          const layers = network.map(({ name, mask, weights }) =>
            rowLayer(name, mask, weights, { weight: weights }),
          );
          const floors = layers.map(() => 0);
          const { plan } = planUpdate(recipe(method), layers, { floors });
          for (const [l, planned] of plan.layers.entries()) {
            expect(planned.nonZerosAfter).toBe(planned.nonZerosBefore);
            const after = largestOf(network[l]!.weights, planned.nonZerosBefore);
            const came = after.filter((p) => network[l]!.mask[p] === 0);
            expect([...planned.grown]).toEqual(came);
            expect([...planned.change.grownValues]).toEqual(came.map((p) => network[l]!.weights[p]));
            expect([...planned.change.restarted]).toEqual([]);
          }
          expectSoundCommit(plan, layers, { budget: nnzOf(network), floors });
        }),
        { numRuns: 150 },
      );
    },
  );

  it.each(['top-kast', 'magnitude-ste', 'sr-ste'])(
    '%s starts where the dense weights are largest',
    async (method) => {
      const layers: readonly LayerDescription[] = [{ name: 'a', kind: 'dense', shape: [8, 4] }];
      const start = await planStart(recipe(method), layers, { density: 0.5 }, createRandomSource(3));
      const { active, weights, latent: stored, trained } = start.layers[0]!;
      expect([...weights!]).toEqual(Array.from(active, (p) => stored![p]!));
      expect(active.length).toBe(16);
      const groups =
        method === 'sr-ste'
          ? [0, 1, 2, 3, 4, 5, 6, 7].map((g) => [0, 1, 2, 3].map((i) => (4 * (g >> 2) + i) * 4 + (g % 4)))
          : [[...stored!.keys()]];
      const expected = groups.flatMap((group) =>
        largestOf(
          group.map((p) => stored![p]!),
          group.length / 2,
        ).map((i) => group[i]!),
      );
      expect([...active]).toEqual(expected.sort((a, b) => a - b));
      if (method !== 'top-kast') expect(trained).toBe('all');
    },
  );

  it('sr-ste keeps the N largest of each M, whatever density is asked for', async () => {
    const made = recipe('sr-ste', { n: 1, m: 4, decayInactive: 0.01 });
    expect(made.backward!.strategy.decay).toEqual({ active: 0, inactive: 0.01 });
    const description: LayerDescription = { name: 'a', kind: 'dense', shape: [8, 1] };
    const { layers } = await planStart(made, [description], { density: 0.9 });
    expect(layers[0]!.active.length).toBe(2);
    const theta = [1, 2, 3, 4, 8, 7, 6, 5];
    const layer = new ArrayLayer(description, {
      mask: [1, 0, 0, 0, 0, 0, 0, 1],
      weights: theta,
      signals: { weight: theta },
    });
    const { plan } = planUpdate(made, [layer]);
    layer.apply(plan.layers[0]!.change);
    expect([...layer.active]).toEqual([3, 4]);
    expect(sum(layer.mask)).toBe(2);
  });
});
