import { type Choice, createRandomSource, type RandomSource, type RandomStream } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOutIn } from '../../../test/support/from-out-in.js';
import { golden, goldenCase } from '../../../test/support/golden.js';
import { planStart, recipeOf } from '../../../test/support/pipeline.js';
import standard from '../src/index.js';

const SHAPES = [
  [4, 1, 3, 3],
  [8, 4, 3, 3],
  [10, 32],
];

function start(
  allocate: Choice,
  shapes: readonly (readonly number[])[],
  sparsity: Parameters<typeof planStart>[2],
  random?: RandomSource,
) {
  const recipe = recipeOf({ plugins: [standard], method: 'static', overrides: { allocate } });
  const descriptions = shapes.map((shape, i) => fromOutIn(`layer${i}/kernel`, shape).description);
  return planStart(recipe, descriptions, sparsity, random);
}

async function counts(...parameters: Parameters<typeof start>) {
  return (await start(...parameters)).layers.map(({ active }) => active.length);
}

describe('allocators agree with the golden case', () => {
  it.each(golden('02_alloc_uniform'))('$id', async ({ input, expected }) => {
    const keepDense = (input.dense ?? []).map((i: number) => `layer${i}`);
    const { density, budgetIncludesDense = false, mode = 'uniform' } = input;
    expect(await counts(mode, input.shapes, { density, keepDense, budgetIncludesDense })).toEqual(
      expected.nonzeros,
    );
  });

  it.each(golden('03_alloc_er'))('$id', async ({ input, expected }) => {
    const plan = await start('er', input.shapes, { density: input.density });
    expect(plan.budget).toBe(expected.budget);
    expect(plan.layers.map(({ active }) => active.length)).toEqual(expected.nonzeros);
  });

  it.each(golden('04_alloc_erk'))('$id', async ({ input, expected }) => {
    const allocate = { use: 'erk', ...(input.power === undefined ? {} : { power: input.power }) };
    const plan = await start(allocate, input.shapes, { density: input.density });
    expect(plan.budget).toBe(expected.budget);
    expect(plan.layers.map(({ active }) => active.length)).toEqual(expected.nonzeros);
  });

  it.each(golden('05_alloc_random_density'))('$id', async ({ input, expected }) => {
    const shapes = input.sizes.map((size: number) => [1, size]);
    const allocate = { use: 'random-density', minimum: input.dMin, maximum: input.dMax };
    expect(await counts(allocate, shapes, { density: input.density }, drawing(input.draws))).toEqual(
      expected.nonzeros,
    );
  });

  it('igq', async () => {
    const { input, expected } = goldenCase('13_alloc_scores', 'igq');
    const shapes = input.sizes.map((size: number) => [1, size]);
    expect(await counts('igq', shapes, { density: input.density })).toEqual(expected.nonzeros);
  });
});

describe('igq', () => {
  it('gives smaller layers larger densities, at least one weight each, whatever the density', async () => {
    const sizes = [3, 50, 50, 400, 3000];
    const shapes = sizes.map((size) => [1, size]);
    for (const density of [0.002, 0.03, 0.5, 0.999, 1]) {
      const given = await counts('igq', shapes, { density });
      const densities = given.map((n, i) => n / sizes[i]!);
      expect(given[1]).toBe(given[2]);
      for (const [i, n] of given.entries()) {
        expect(n).toBeGreaterThanOrEqual(1);
        // One weight of a layer is as fine as densities go.
        if (i > 0) expect(densities[i]).toBeLessThan(densities[i - 1]! + 1 / sizes[i - 1]!);
      }
    }
    expect(await counts('igq', shapes, { density: 1 })).toEqual(sizes);
  });
});

/** A source whose streams for `layerN/kernel` begin with the N-th draw. */
function drawing(draws: readonly number[]): RandomSource {
  return {
    seed: 0,
    stream: (_purpose, name): RandomStream => ({
      uniform: () => draws[Number(/\d+/.exec(name)?.[0])]!,
      normal: () => 0,
      below: () => 0,
    }),
  };
}

describe('every allocator', () => {
  const names = ['uniform', 'er', 'erk', 'random-density', { use: 'erk', power: 0.5 }, { use: 'fixed' }];
  const shape = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
    fc.tuple(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom(1, 3),
      fc.constantFrom(1, 3),
    ),
  );

  it('keeps the budget exactly from just above nothing to dense', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...names),
        async (shapes, share, allocate) => {
          const sizes = shapes.map((s) => s.reduce((product, n) => product * n, 1));
          const all = sizes.reduce((a, b) => a + b, 0);
          const budget = shapes.length + Math.round(share * (all - shapes.length));
          const plan = await counts(allocate, shapes, { density: budget / all });
          expect(plan.reduce((a, b) => a + b, 0)).toBe(budget);
          for (const [i, n] of plan.entries()) {
            expect(n).toBeGreaterThanOrEqual(1);
            expect(n).toBeLessThanOrEqual(sizes[i]!);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives a layer the same density whatever the order of the layers', async () => {
    for (const allocate of ['erk', 'er', 'random-density']) {
      const forward = await start(allocate, SHAPES, { density: 0.3 });
      const recipe = recipeOf({ plugins: [standard], method: 'static', overrides: { allocate } });
      const descriptions = SHAPES.map((s, i) => fromOutIn(`layer${i}/kernel`, s).description).reverse();
      const backward = await planStart(recipe, descriptions, { density: 0.3 });
      for (const { name, active } of forward.layers) {
        const other = backward.layers.find((layer) => layer.name === name)!;
        expect(Math.abs(other.active.length - active.length)).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('random-density', () => {
  it('draws other densities for another seed and keeps to its bounds', async () => {
    const allocate = { use: 'random-density', minimum: 0.05, maximum: 0.6, distribution: 'log-uniform' };
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const plan = await start(allocate, SHAPES, { density: 0.3 }, createRandomSource(seed));
      const densities = plan.layers.map(({ active }, i) => active.length / plan.sparse[i]!.size);
      for (const d of densities) expect(d >= 0.05 - 1e-9 && d <= 0.6 + 1e-9).toBe(true);
      seen.add(densities.join());
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  it('says what the bounds allow where the budget lies outside', async () => {
    const allocate = { use: 'random-density', maximum: 0.2 };
    await expect(counts(allocate, SHAPES, { density: 0.3 })).rejects.toThrow(
      /ESPALIER_INFEASIBLE_BUDGET.*hold 3 to 128 weights, but the budget is 193/,
    );
  });

  it('refuses bounds that it can not use', async () => {
    const bad = { use: 'random-density', distribution: 'log-uniform' };
    await expect(counts(bad, SHAPES, { density: 0.3 })).rejects.toThrow(
      /ESPALIER_INVALID_OPTION.*minimum above 0/,
    );
  });
});

describe('fixed', () => {
  const fix = (options: object) => counts({ use: 'fixed', ...options }, SHAPES, { density: 0.3 });

  it('gives what is named, and the rest to another allocator', async () => {
    expect(await fix({ densities: { layer0: 0.5 }, counts: { 'layer2/*': 100 } })).toEqual([18, 75, 100]);
    expect(await fix({ densities: { layer0: 1 }, rest: 'uniform' })).toEqual([36, 74, 83]);
    expect(await fix({ densities: { layer0: 1 }, rest: { use: 'erk', power: 0 } })).toEqual([36, 74, 83]);
  });

  it('meets the budget by rounding where every layer is named', async () => {
    expect(await fix({ densities: { '*': 0.3 } })).toEqual([11, 86, 96]);
  });

  it.each([
    [{ densities: { layer7: 0.5 } }, /ESPALIER_UNKNOWN_LAYER.*"layer7" matches no layer/],
    [{ densities: { layer0: 1.5 } }, /ESPALIER_INVALID_OPTION.*densities\["layer0"\] is 1.5/],
    [{ counts: { layer0: 0.5 } }, /ESPALIER_INVALID_OPTION.*counts\["layer0"\] is 0.5.*whole number/],
    [{ densities: { 'layer*': 0.5 }, counts: { layer1: 3 } }, /layer1\/kernel" is named by .*name it once/],
    [{ counts: { layer0: 37 } }, /ESPALIER_INFEASIBLE_BUDGET.*37 weights, but it holds 36/],
    [{ densities: { layer2: 0.7 } }, /fixes 224 weights.*budget of 193.*leaves -31/],
    [{ counts: { layer1: 1, layer2: 1 } }, /leaves 191 for the other layers; they hold 1 to 36/],
    [{ densities: { '*': 0.5 } }, /fixes 322 weights.*budget of 193/],
    [{ rest: 7 }, /ESPALIER_INVALID_OPTION.*rest is 7/],
    [{ rest: 'urk' }, /ESPALIER_UNKNOWN_STRATEGY.*"er/],
  ])('explains %j', async (options, message) => {
    await expect(fix(options)).rejects.toThrow(message);
  });
});

describe('uniform-plus', () => {
  it('leaves a dense layer that comes first alone', async () => {
    expect(
      await counts(
        'uniform-plus',
        [
          [10, 10],
          [10, 10],
        ],
        { density: 0.15 },
      ),
    ).toEqual([10, 20]);
  });

  it('says what it fixes where the budget does not suffice', async () => {
    await expect(counts('uniform-plus', SHAPES, { density: 0.1 })).rejects.toThrow(
      /ESPALIER_INFEASIBLE_BUDGET.*fixes layer0\/kernel 36 and layer2\/kernel 64 of a budget of 64/,
    );
  });
});

describe('full', () => {
  it('is for density 1', async () => {
    expect(await counts('full', SHAPES, { density: 1 })).toEqual([36, 288, 320]);
    await expect(counts('full', SHAPES, { density: 0.5 })).rejects.toThrow(
      /all 644 positions.*budget is 322/,
    );
  });

  it('is what the method dense imposes', async () => {
    const recipe = recipeOf({ plugins: [standard], method: 'dense' });
    const descriptions = SHAPES.map((s, i) => fromOutIn(`layer${i}`, s).description);
    const plan = await planStart(recipe, descriptions, { density: 0.1 });
    expect(plan.layers.map(({ active }) => active.length)).toEqual([36, 288, 320]);
  });
});
