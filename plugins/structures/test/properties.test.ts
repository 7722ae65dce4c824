import {
  type Choice,
  createRandomSource,
  describeLayer,
  type LayerDescription,
  type LayerShape,
} from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrayLayer } from '../../../test/support/array-layer.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import structures from '../src/index.js';

/** Layers whose inputs and units are multiples of 4, of every kind but depthwise, where units see one input. */
const arbitraryLayer: fc.Arbitrary<LayerDescription> = fc
  .record({
    kind: fc.constantFrom('dense', 'convolution', 'grouped', 'transposed'),
    inputs: fc.constantFrom(4, 8, 12),
    units: fc.constantFrom(4, 8),
  })
  .map(({ kind, inputs, units }): LayerDescription => {
    if (kind === 'dense') return { name: kind, kind, shape: [inputs, units] };
    if (kind === 'convolution') return { name: kind, kind, shape: [2, 1, inputs, units] };
    if (kind === 'transposed') return { name: kind, kind, shape: [1, 2, units, inputs] };
    return { name: kind, kind: 'convolution', groups: 2, shape: [2, 1, inputs, 2 * units] };
  });

const CRITERIA = ['magnitude', 'random'] as const;
const REGROWTH = ['gradient', 'random'] as const;
const REDISTRIBUTION = ['allocated', 'identity'] as const;

interface Run {
  readonly layers: readonly LayerDescription[];
  readonly density: number;
  readonly dropFraction: number;
  readonly seed: number;
  readonly prune: string;
  readonly regrow: string;
  readonly redistribute: string;
}

const arbitraryRun = (density: fc.Arbitrary<number>): fc.Arbitrary<Run> =>
  fc.record({
    layers: fc
      .array(arbitraryLayer, { minLength: 1, maxLength: 3 })
      .map((list) => list.map((layer, i) => ({ ...layer, name: `${layer.name}${i}/kernel` }))),
    density,
    dropFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(1000),
    prune: fc.constantFrom(...CRITERIA),
    regrow: fc.constantFrom(...REGROWTH),
    redistribute: fc.constantFrom(...REDISTRIBUTION),
  });

/** A start and three updates; `check` sees every topology. */
async function follow(
  run: Run,
  structure: Choice,
  check: (layer: LayerShape, active: readonly number[], allocated: number) => void,
) {
  const recipe = recipeOf({
    plugins: [standard, structures],
    method: 'static',
    overrides: {
      allocate: 'uniform',
      structure,
      drop: { dropFraction: run.dropFraction },
      prune: run.prune,
      regrow: run.regrow,
      redistribute: run.redistribute,
    },
  });
  const random = createRandomSource(run.seed);
  const start = await planStart(recipe, run.layers, { density: run.density }, random);
  const noise = random.stream('test', '', 0);
  const layers = run.layers.map((description, i) => {
    const { size } = start.sparse[i]!;
    const mask = new Array<number>(size).fill(0);
    for (const p of start.layers[i]!.active) mask[p] = 1;
    const values = () => mask.map(() => noise.normal());
    return new ArrayLayer(description, { mask, weights: values(), signals: { gradient: values() } });
  });
  const look = () => {
    for (const [i, layer] of layers.entries()) {
      check(describeLayer(run.layers[i]!, i), [...layer.active], start.allocated[i]!);
    }
  };
  look();
  const budget = start.targetBudget;
  for (let step = 1; step <= 3; step++) {
    const { plan } = planUpdate(recipe, layers, {
      budget,
      allocated: start.allocated,
      clock: clockAt(step),
      random,
    });
    for (const [i, { change }] of plan.layers.entries()) layers[i]!.apply(change);
    look();
    expect(layers.reduce((n, { active }) => n + active.length, 0)).toBeLessThanOrEqual(budget);
  }
}

const countBy = (keys: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

const offsetOf = (layer: LayerShape, p: number) =>
  Math.floor(p / ((layer.inputs / layer.groups) * layer.units));
const localInput = (layer: LayerShape, p: number) => layer.inputOf(p) % (layer.inputs / layer.groups);

describe('Structures hold after every commit', () => {
  it('n-m: at most N of each M inputs of a unit', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRun(fc.double({ min: 0.1, max: 1, noNaN: true })),
        fc.integer({ min: 1, max: 3 }),
        (run, n) =>
          follow(run, { use: 'n-m', n, m: 4 }, (layer, active) => {
            const groups = countBy(
              active.map((p) =>
                [offsetOf(layer, p), layer.unitOf(p), Math.floor(localInput(layer, p) / 4)].join(),
              ),
            );
            expect(Math.max(...groups.values())).toBeLessThanOrEqual(n);
          }),
      ),
      { numRuns: 60 },
    );
  });

  it('n-m: exactly N of each M at density N / M', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRun(fc.constant(0.5)), (run) =>
        follow(run, { use: 'n-m', n: 2, m: 4 }, (layer, active) => {
          const groups = countBy(
            active.map((p) =>
              [offsetOf(layer, p), layer.unitOf(p), Math.floor(localInput(layer, p) / 4)].join(),
            ),
          );
          expect([...groups.values()]).toEqual(Array(layer.size / 4).fill(2));
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('block: whole blocks, less than one of them short', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRun(fc.double({ min: 0.5, max: 1, noNaN: true })),
        fc.constantFrom(1, 2, 4),
        fc.constantFrom(1, 2),
        fc.constantFrom('sum', 'max', 'l2'),
        (run, inputs, units, score) =>
          follow(run, { use: 'block', inputs, units, score }, (layer, active, allocated) => {
            const blocks = countBy(
              active.map((p) =>
                [
                  offsetOf(layer, p),
                  Math.floor(localInput(layer, p) / inputs),
                  Math.floor(layer.unitOf(p) / units),
                ].join(),
              ),
            );
            for (const size of blocks.values()) expect(size).toBe(inputs * units);
            if (run.redistribute === 'allocated') {
              expect(allocated - active.length).toBeLessThan(inputs * units);
            }
          }),
      ),
      { numRuns: 80 },
    );
  });

  it('channel: whole units, less than one of them short', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRun(fc.double({ min: 0.5, max: 1, noNaN: true })), (run) =>
        follow(run, 'channel', (layer, active, allocated) => {
          const units = countBy(active.map((p) => String(layer.unitOf(p))));
          for (const size of units.values()) expect(size).toBe(layer.fanIn);
          if (run.redistribute === 'allocated') expect(allocated - active.length).toBeLessThan(layer.fanIn);
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('constant-fan-in: every unit alike, or none; less than one weight per unit short', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRun(fc.double({ min: 0.3, max: 1, noNaN: true })),
        fc.constantFrom(0, 0.3, 0.9),
        (run, ablate) =>
          follow(
            { ...run, redistribute: 'allocated' },
            { use: 'constant-fan-in', ablate },
            (layer, active, allocated) => {
              const units = countBy(active.map((p) => String(layer.unitOf(p))));
              expect(new Set(units.values()).size).toBe(1);
              if (ablate === 0 || layer.index === run.layers.length - 1) expect(units.size).toBe(layer.units);
              expect(allocated - active.length).toBeLessThan(units.size);
            },
          ),
      ),
      { numRuns: 120 },
    );
  });
});

describe('Structures', () => {
  it('name the layer that they do not fit', async () => {
    const plan = (structure: Choice, density: number, shape: readonly number[]) =>
      planStart(
        recipeOf({ plugins: [standard, structures], method: 'static', overrides: { structure } }),
        [{ name: 'odd/kernel', kind: 'dense', shape }],
        { density },
      );
    const refusal = /ESPALIER_INFEASIBLE_BUDGET.*"odd\/kernel"/;
    await expect(plan('n-m', 0.5, [6, 4])).rejects.toThrow(refusal);
    await expect(plan('block', 0.5, [4, 6])).rejects.toThrow(refusal);
    await expect(plan('channel', 0.1, [8, 4])).rejects.toThrow(refusal);
    await expect(plan('constant-fan-in', 0.1, [8, 12])).rejects.toThrow(refusal);
  });

  it('n-m starts at random, or where the dense weights are largest', async () => {
    const layers = [{ name: 'a/kernel', kind: 'dense', shape: [8, 2] }] as const;
    const place = async (start: string) => {
      const recipe = recipeOf({
        plugins: [standard, structures],
        method: 'static',
        overrides: { structure: { use: 'n-m', n: 1, m: 4, start } },
      });
      return [...(await planStart(recipe, layers, { density: 0.25 })).layers[0]!.active];
    };
    const recipe = recipeOf({ plugins: [standard, structures], method: 'dense' });
    const [dense] = (await planStart(recipe, layers, { density: 1 })).layers;
    const largest = [0, 1, 2, 3].map((group) => {
      const members = [0, 1, 2, 3].map((i) => (4 * Math.floor(group / 2) + i) * 2 + (group % 2));
      return members.reduce((a, b) =>
        Math.abs(dense!.weights![b]!) > Math.abs(dense!.weights![a]!) ? b : a,
      );
    });
    expect(await place('largest')).toEqual(largest.sort((a, b) => a - b));
    expect(await place('drawn')).not.toEqual(await place('largest'));
  });

  it('draw where the criterion draws, instead of taking the first positions', async () => {
    const places = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const run = {
        density: 0.5,
        dropFraction: 1,
        prune: 'random',
        regrow: 'random',
        redistribute: 'allocated',
      };
      const layers = [{ name: 'a/kernel', kind: 'dense', shape: [8, 1] }] as const;
      await follow({ ...run, layers, seed }, 'n-m', (_, active) => {
        for (const p of active) places.add(p);
      });
    }
    expect(places.size).toBe(8);
  });
});
