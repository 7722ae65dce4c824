import { createRandomSource, describeLayer, type LayerDescription } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryNetwork,
  arbitraryTieFreeNetwork,
  layersOf,
  nnzOf,
} from '../../../test/support/arbitrary-network.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { FactorDraw } from '../src/factor-draw.js';
import gse from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, gse], method: { use: 'gse', distribution: 'uniform', ...options } });

describe('GSE', () => {
  it('meets the budget exactly, whatever the sample', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.01, 1, 3),
        fc.constantFrom('global', 'per-layer'),
        (network, dropFraction, sample, scope) => {
          const layers = layersOf(network);
          const floors = layers.map(() => 0);
          // Grown weights are protected, so that at most as many can move as are inactive.
          const inactive = network.flatMap(({ mask }) => mask).filter((m) => m === 0).length;
          const full = network.some(({ mask }) => mask.every((m) => m === 1));
          fc.pre(scope === 'global' ? inactive >= dropFraction * nnzOf(network) : !full);
          fc.pre(
            network.every(
              ({ mask }) => 2 * mask.filter((m) => m === 1).length <= mask.length || scope === 'global',
            ),
          );
          const { plan } = planUpdate(recipe({ dropFraction, sample, scope }), layers, { floors });
          expectSoundCommit(plan, layers, { budget: nnzOf(network), floors, neverReturns: true });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with a sample that misses nothing, grows the largest gradients and prunes the smallest others', () => {
    const populated = arbitraryTieFreeNetwork().filter((network) =>
      network.every(({ mask }) => mask.includes(1)),
    );
    fc.assert(
      fc.property(populated, (network) => {
        const inactive = network.flatMap(({ mask }) => mask).filter((m) => m === 0).length;
        fc.pre(inactive >= 0.5 * nnzOf(network));
        const layers = layersOf(network);
        const options = { dropFraction: 0.5, sample: 1000 };
        const { plan } = planUpdate(recipe(options), layers, { floors: layers.map(() => 0) });
        const all = network.flatMap(({ mask, weights, gradient }, l) =>
          mask.map((m, p) => ({ l, p, m, w: Math.abs(weights[p]!), g: Math.abs(gradient[p]!) })),
        );
        const k = Math.floor(0.5 * nnzOf(network));
        const grown = all
          .filter(({ m }) => m === 0)
          .sort((a, b) => b.g - a.g)
          .slice(0, k);
        const pruned = all
          .filter(({ m }) => m === 1)
          .sort((a, b) => a.w - b.w)
          .slice(0, k);
        const at = (list: typeof all, l: number) =>
          list.flatMap((e) => (e.l === l ? [e.p] : [])).sort((a, b) => a - b);
        for (const [l, planned] of plan.layers.entries()) {
          expect([...planned.grown]).toEqual(at(grown, l));
          expect([...planned.pruned]).toEqual(at(pruned, l));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('reads gradients at no more positions than are sampled', () => {
    const size = 1000;
    const mask = Array.from({ length: size }, (_, p) => (p % 50 === 0 ? 1 : 0));
    const values = mask.map((_, p) => p + 1);
    const [layer] = layersOf([{ name: 'a', mask, weights: values, gradient: values }]);
    let read = 0;
    const signal = layer!.signal.bind(layer);
    layer!.signal = (name, positions) => {
      read += positions.length;
      return signal(name, positions);
    };
    layer!.strongest = () => {
      throw new Error('asked for a dense gradient');
    };
    planUpdate(recipe(), [layer!]);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(20);
  });
});

describe('Pairs', () => {
  const KINDS: readonly LayerDescription[] = [
    { name: 'dense', kind: 'dense', shape: [5, 4] },
    { name: 'convolution', kind: 'convolution', shape: [2, 3, 4, 6] },
    { name: 'grouped', kind: 'convolution', shape: [2, 1, 2, 6], groups: 3 },
    { name: 'depthwise', kind: 'depthwise', shape: [3, 1, 4, 2] },
    { name: 'transposed', kind: 'transposed', shape: [2, 2, 3, 5] },
  ];

  it.each(KINDS)(
    'of the one input and unit with a factor are the position between them: $name',
    (description) => {
      const layer = describeLayer(description, 0);
      const random = createRandomSource(1).stream('test', '', 0);
      const offsets = layer.kernel.reduce((product, n) => product * n, 1);
      for (let position = 0; position < layer.size; position++) {
        const offset = Math.floor(position / (layer.size / offsets));
        const rows = new Float32Array(offsets * layer.inputs);
        const units = new Float32Array(layer.units);
        rows[offset * layer.inputs + layer.inputOf(position)] = 2;
        units[layer.unitOf(position)] = 0.5;
        expect(new FactorDraw(layer, { rows, units }).next(random)).toBe(position);
      }
    },
  );

  it('come in proportion to the product of their factors', () => {
    const layer = describeLayer({ name: 'a', kind: 'dense', shape: [2, 2] }, 0);
    const draw = new FactorDraw(layer, { rows: Float32Array.of(1, 3), units: Float32Array.of(1, 1) });
    const random = createRandomSource(2).stream('test', '', 0);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 8000; i++) counts[draw.next(random)]!++;
    // Expected 1000, 1000, 3000, 3000; five standard deviations either way.
    for (const [p, expected] of [1000, 1000, 3000, 3000].entries()) {
      expect(Math.abs(counts[p]! - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('are alike where nothing took part', () => {
    const layer = describeLayer({ name: 'a', kind: 'dense', shape: [2, 3] }, 0);
    const draw = new FactorDraw(layer, { rows: new Float32Array(2), units: new Float32Array(3) });
    const random = createRandomSource(3).stream('test', '', 0);
    expect(new Set(Array.from({ length: 200 }, () => draw.next(random))).size).toBe(6);
  });
});
