import {
  type Choice,
  createRandomSource,
  type DenseNetwork,
  definePlugin,
  type LayerDescription,
  type RecipeSpec,
  type StartPlan,
  startPlanner,
  strategy,
  sum,
} from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOutIn } from '../../../test/support/from-out-in.js';
import { golden, goldenCase } from '../../../test/support/golden.js';
import { recipeOf } from '../../../test/support/pipeline.js';
import oneShot from '../src/index.js';

type Gradients = (weights: readonly Float32Array[], of: 'loss' | 'outputs') => readonly ArrayLike<number>[];

interface Start {
  readonly weights: readonly (readonly number[])[];
  readonly gradients?: Gradients;
  readonly layers?: readonly LayerDescription[];
  readonly keep: number;
  readonly overrides?: RecipeSpec;
}

/** A start whose dense weights and gradients are given; layers are rows unless said otherwise. */
async function startOf(method: Choice, start: Start): Promise<{ plan: StartPlan; calls: number }> {
  const { weights, keep, gradients = () => weights } = start;
  const layers =
    start.layers ??
    weights.map(
      (values, i): LayerDescription => ({ name: `${i}`, kind: 'dense', shape: [values.length, 1] }),
    );
  const given = definePlugin({
    name: 'test-given-weights',
    api: 1,
    strategies: [
      strategy(
        'weights',
        'given',
        {},
        {
          useFactory: () => ({
            weights: (layer, positions) => Float32Array.from(positions, (p) => weights[layer.index]![p]!),
          }),
        },
        { summary: 'Given weights.' },
      ),
    ],
  });
  let calls = 0;
  const dense: DenseNetwork = {
    async gradients(all, { of }) {
      calls++;
      const values = gradients(
        all.map((layer) => layer.weights!),
        of,
      );
      return values.map((list) => Float32Array.from(list));
    },
    batch: () => ({ size: 1, inputs: new Float32Array(1) }),
  };
  const recipe = recipeOf({
    plugins: [standard, oneShot, given],
    method,
    overrides: { weights: { use: 'as-scored', dense: 'given' }, ...start.overrides },
  });
  const density = keep / sum(weights.map(({ length }) => length));
  const plan = await startPlanner.plan(layers, recipe, { density }, createRandomSource(1), { dense });
  return { plan, calls };
}

const masksOf = ({ layers }: StartPlan, sizes: readonly number[]) =>
  layers.map(({ active }, i) => Array.from({ length: sizes[i]! }, (_, p) => (active.includes(p) ? 1 : 0)));

describe('Pruning at the start agrees with the golden cases', () => {
  const cases = golden('13_alloc_scores');
  const caseOf = (id: string) => cases.find((c) => c.id === id)!;

  it('lamp', async () => {
    const { input, expected } = caseOf('lamp');
    const { plan } = await startOf('lamp', { weights: input.weights, keep: input.keep });
    expect(masksOf(plan, [3, 4])).toEqual(expected.masks);
  });

  it('global-magnitude, but that no layer is left empty', async () => {
    const { input, expected } = caseOf('global-magnitude');
    const { plan } = await startOf('global-magnitude', { weights: input.weights, keep: input.keep + 1 });
    expect(masksOf(plan, [3, 4])).toEqual([expected.masks[0], [0, 0, 1, 0]]);
  });

  it('snip', async () => {
    const { input, expected } = caseOf('snip');
    const gradients = () => input.gradients as number[][];
    const { plan } = await startOf('snip', { weights: input.weights, gradients, keep: input.keep });
    expect(masksOf(plan, [3, 4])).toEqual(expected.masks);
  });

  it('grasp', async () => {
    const { input, expected } = caseOf('grasp');
    // A quadratic loss: the gradient is 1 at the start, so that H g is the Hessian's diagonal.
    const gradients: Gradients = (weights) =>
      weights.map((w, l) =>
        Array.from(w, (value, p) => 1 + input.hessianGradient[l][p] * (value - input.weights[l][p])),
      );
    const grasp = { use: 'grasp', temperature: 1 };
    const { plan } = await startOf(grasp, { weights: input.weights, gradients, keep: input.keep });
    expect(masksOf(plan, [3, 4])).toEqual(expected.masks);
  });

  it('synflow', async () => {
    const { input, expected } = goldenCase('13_alloc_scores', 'synflow-scores');
    const [first, second] = [fromOutIn('first', [2, 3]), fromOutIn('second', [2, 2])];
    // R = 1 W2 W1 x with absolute weights, all inputs 1; weights in canonical order [in, out].
    const gradients: Gradients = ([w1, w2], of) => {
      expect(of).toBe('outputs');
      const hidden = [0, 1].map((j) => w1![j]! + w1![2 + j]! + w1![4 + j]!);
      const out = [0, 1].map((j) => w2![2 * j]! + w2![2 * j + 1]!);
      return [
        [out[0]!, out[1]!, out[0]!, out[1]!, out[0]!, out[1]!],
        [hidden[0]!, hidden[0]!, hidden[1]!, hidden[1]!],
      ];
    };
    const { plan } = await startOf(
      { use: 'synflow', iterations: 1 },
      {
        weights: [first.canonical(input.W1.flat()), second.canonical(input.W2.flat())],
        layers: [first.description, second.description],
        gradients,
        keep: 5,
      },
    );
    const scores = [expected.S1.flat(), expected.S2.flat()] as number[][];
    const least = scores.flat().sort((a, b) => b - a)[4]!;
    expect(plan.layers.map(({ active }, i) => [first, second][i]!.outInPositions(active))).toEqual(
      scores.map((list) => [...list.keys()].filter((p) => list[p]! >= least)),
    );
  });

  it('synflow lowers the density geometrically', async () => {
    const { input, expected } = goldenCase('13_alloc_scores', 'synflow-exponential-densities');
    const size = 10000;
    const weights = [Array.from({ length: size }, (_, i) => 1 + i)];
    const left: number[] = [];
    const gradients: Gradients = ([w]) => {
      left.push(w!.filter((value) => value > 0).length / size);
      return [w!];
    };
    const { use, ...rest } = { use: 'synflow', iterations: input.iterations };
    await startOf({ use, ...rest }, { weights, gradients, keep: size * input.density });
    const before = [1, ...expected.slice(0, -1)];
    expect(left.map((d) => d.toFixed(4))).toEqual(before.map((d: number) => d.toFixed(4)));
  });
});

describe('Pruning at the start', () => {
  const METHODS = ['snip', 'grasp', 'synflow', 'lamp', 'global-magnitude'];

  it('meets the budget exactly, empties no layer and keeps the weights that were scored', async () => {
    const value = fc.oneof(fc.constantFrom(0, 0.5, -0.5), fc.float({ min: -2, max: 2, noNaN: true }));
    const layer = fc.array(value, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        fc.array(layer, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (method, weights, share) => {
          const size = sum(weights.map(({ length }) => length));
          const keep = Math.max(weights.length, Math.round(share * size));
          const { plan } = await startOf(method, { weights, keep });
          expect(sum(plan.layers.map(({ active }) => active.length))).toBe(keep);
          for (const [i, { active, weights: values }] of plan.layers.entries()) {
            expect(active.length).toBeGreaterThan(0);
            expect([...values!]).toEqual(Array.from(active, (p) => Math.fround(weights[i]![p]!)));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('asks for gradients once, though allocator and topology both score', async () => {
    const weights = [
      [1, 2, 3, 4],
      [1, 2, 3],
      [4, 5, 6, 7],
    ];
    expect((await startOf('snip', { weights, keep: 6 })).calls).toBe(1);
    expect((await startOf({ use: 'synflow', iterations: 7 }, { weights, keep: 6 })).calls).toBe(7);
  });

  it('gives counts alone where the topology is another, and places alone where the allocator is', async () => {
    const weights = [
      [9, 8, 7, 6],
      [1, 2, 3, 4],
    ];
    const counts = await startOf('global-magnitude', {
      weights,
      keep: 4,
      overrides: { topology: 'uniform' },
    });
    expect(counts.plan.layers.map(({ active }) => active.length)).toEqual([3, 1]);
    const places = await startOf('global-magnitude', {
      weights,
      keep: 4,
      overrides: { allocate: 'uniform' },
    });
    expect(masksOf(places.plan, [4, 4])).toEqual([
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('cools the logits of grasp by its last layer', async () => {
    const seen: number[][] = [];
    const gradients: Gradients = (weights) => {
      seen.push(weights.map((list) => list[0]!));
      return weights;
    };
    await startOf({ use: 'grasp', temperature: 10 }, { weights: [[1], [2, 2], [5]], gradients, keep: 3 });
    expect(seen[0]).toEqual([1, 2, 0.5]);
  });

  it('says which scores are not finite', async () => {
    const weights = [[1, 2], [3]];
    const gradients = () => [[1, Number.POSITIVE_INFINITY], [1]];
    await expect(startOf('snip', { weights, gradients, keep: 2 })).rejects.toThrow(
      /ESPALIER_NOT_FINITE.*snip.*position 1 of layer "0"/,
    );
  });
});
