import {
  createRandomSource,
  type DenseNetwork,
  describeLayer,
  type LayerDescription,
  startPlanner,
} from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { ArrayLayer } from '../../../test/support/array-layer.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import cht from '../src/index.js';

const recipe = (use: 'cht' | 'chts', options: object = {}, overrides = {}) =>
  recipeOf({ plugins: [standard, cht], method: { use, ...options }, overrides });

const dense = (
  name: string,
  inputs: number,
  units: number,
  sources?: readonly string[],
): LayerDescription => ({
  name,
  kind: 'dense',
  shape: [inputs, units],
  ...(sources && { sources }),
});

/** A layer whose weights are 0.5 at some [input, unit] pairs, more where said. */
function layerOf(description: LayerDescription, links: readonly (readonly [number, number, number?])[]) {
  const [inputs, units] = description.shape as [number, number];
  const mask = new Array<number>(inputs * units).fill(0);
  const weights = [...mask];
  for (const [i, u, w = 0.5] of links) {
    mask[i * units + u] = 1;
    weights[i * units + u] = w;
  }
  return new LinkedLayer(description, mask, weights);
}

/** As an engine says where a layer's inputs come from. */
class LinkedLayer extends ArrayLayer {
  readonly sources?: readonly string[];

  constructor(description: LayerDescription, mask: readonly number[], weights: readonly number[]) {
    super(description, { mask, weights });
    if (description.sources) this.sources = description.sources;
  }
}

describe('CHT', () => {
  it.each(['cht', 'chts'] as const)('%s meets the budget exactly', (method) => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.double({ min: 0, max: 1, noNaN: true }), (network, dropFraction) => {
        const layers = layersOf(network);
        const floors = layers.map(() => 0);
        const { plan } = planUpdate(recipe(method, { dropFraction }), layers, { floors });
        for (const { nonZerosBefore, nonZerosAfter } of plan.layers)
          expect(nonZerosAfter).toBe(nonZerosBefore);
        expectSoundCommit(plan, layers, { budget: nnzOf(network), floors });
      }),
      { numRuns: 150 },
    );
  });

  it('closes the squares of a community first', () => {
    // Inputs 0 and 1 share unit 0, input 1 leads to unit 1: 0 - 1 is the one missing link of that community.
    const layer = layerOf(dense('a', 4, 4), [
      [0, 0],
      [1, 0],
      [1, 1],
      [3, 3, 0.1],
    ]);
    const { plan } = planUpdate(recipe('cht', { dropFraction: 0.25 }), [layer]);
    expect([...plan.layers[0]!.pruned]).toEqual([15]);
    expect([...plan.layers[0]!.grown]).toEqual([1]);
  });

  it('takes the links of units along that have lost all inputs or all outputs, through all layers', () => {
    const layers = [
      layerOf(dense('a', 2, 2, []), [
        [0, 0, 0.1],
        [1, 1, 5],
        [0, 1, 5],
      ]),
      layerOf(dense('b', 2, 2, ['a']), [
        [0, 0, 5],
        [1, 1, 5],
        [0, 1, 5],
      ]),
      layerOf(dense('c', 2, 2, ['b']), [
        [0, 0, 5],
        [1, 1, 5],
        [1, 0, 5],
      ]),
    ];
    const { plan } = planUpdate(recipe('cht', {}, { pruneQuota: { use: 'threshold', value: 1 } }), layers);
    // a loses 0 - 0, so that unit 0 is silent: b loses its links, and with 0 - 0 unit 0 of b is silent, too.
    const taken = plan.layers.map(({ pruned, returned }) => [...pruned, ...returned].sort());
    expect(taken).toEqual([[0], [0, 1], [0]]);
  });

  it('leaves no idle unit between sparse layers once links are taken', () => {
    const links = (inputs: number, units: number) =>
      fc.uniqueArray(fc.tuple(fc.nat(inputs - 1), fc.nat(units - 1), fc.constantFrom(0.1, 5)), {
        selector: ([i, u]) => i * units + u,
        minLength: 1,
      });
    fc.assert(
      fc.property(links(3, 4), links(8, 3), links(3, 2), (a, b, c) => {
        // As where a image of two positions with four channels is flattened: input i comes from unit i modulo 4.
        const layers = [
          layerOf(dense('a', 3, 4, []), a),
          layerOf(dense('b', 8, 3, ['a']), b),
          layerOf(dense('c', 3, 2, ['b']), c),
        ];
        const kept = [a, b, c].map((list) => list.filter(([, , w]) => w >= 1));
        fc.pre(kept.every((list) => list.length > 0));
        const { plan } = planUpdate(
          recipe('cht', {}, { pruneQuota: { use: 'threshold', value: 1 } }),
          layers,
        );
        // The same by brute force.
        const alive = kept.map((list) => [...list]);
        for (let before = -1; before !== alive.flat().length; ) {
          before = alive.flat().length;
          const into = (l: number, u: number) => alive[l]!.some(([, unit]) => unit === u);
          const out = (l: number, u: number, units: number) =>
            alive[l]!.some(([input]) => input % units === u);
          alive[0] = alive[0]!.filter(([, u]) => out(1, u, 4));
          alive[1] = alive[1]!.filter(([i, u]) => into(0, i % 4) && out(2, u, 3));
          alive[2] = alive[2]!.filter(([i]) => into(1, i));
        }
        expect(plan.layers.map(({ nonZerosBefore, removed }) => nonZerosBefore - removed)).toEqual(
          alive.map(({ length }) => length),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('leaves a layer alone whose regrown links had just been pruned', () => {
    const made = recipe('cht', { dropFraction: 0.5 });
    const quota = made.rounds[0]!.pruneQuota.strategy;
    const committed = (name: string, grown: number, returned: number) => ({
      layer: describeLayer(dense(name, 4, 4), 0),
      removed: 0,
      pruned: new Uint32Array(0),
      grown: new Uint32Array(grown),
      returned: new Uint32Array(returned),
      nonZerosBefore: 10,
      nonZerosAfter: 10,
      active: new Uint32Array(10),
    });
    const layers = [committed('settled', 0, 4), committed('moving', 1, 9), committed('idle', 0, 0)];
    const context = { random: () => createRandomSource(1).stream('', '', 0), report: () => {} };
    quota.committed!({ clock: clockAt(0), dropFraction: 0.5, budget: 30, layers }, context);
    const network = ['settled', 'moving', 'idle'].map((name) =>
      layerOf(dense(name, 2, 2), [
        [0, 0],
        [0, 1],
      ]),
    );
    const { plan } = planUpdate(made, network);
    expect(plan.layers.map(({ removed }) => removed)).toEqual([0, 1, 1]);
  });

  it('chts favours large weights and likely links, but does not always choose them', () => {
    const kept = [0, 0];
    for (let step = 0; step < 300; step++) {
      const layer = layerOf(dense('a', 4, 4), [
        [0, 0, 1],
        [1, 1, 3],
      ]);
      const { plan } = planUpdate(recipe('chts', { dropFraction: 0.5 }), [layer], {
        clock: clockAt(step, { totalSteps: 1e9 }),
      });
      const gone = [...plan.layers[0]!.pruned, ...plan.layers[0]!.returned];
      kept[gone[0] === 0 ? 1 : 0]!++;
    }
    // In proportion to |w|: 1 to 3; five standard deviations.
    expect(Math.abs(kept[1]! - 225)).toBeLessThan(5 * Math.sqrt(300 * 0.75 * 0.25));
  });
});

describe('Topologies of CHT', () => {
  it('small-world links units to the inputs nearest on a ring', async () => {
    const made = recipe('chts', { rewire: 0 });
    const { layers } = await planStart(made, [dense('a', 12, 6)], { density: 0.25 });
    const inputs = Array.from({ length: 6 }, (_, u) =>
      [...layers[0]!.active].filter((p) => p % 6 === u).map((p) => Math.floor(p / 6)),
    );
    expect(inputs).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [4, 5, 6],
      [6, 7, 8],
      [8, 9, 10],
      [10, 11, 0].sort((a, b) => a - b),
    ]);
  });

  it('small-world draws as many links anew as it is told', async () => {
    const count = async (rewire: number) => {
      const { layers } = await planStart(recipe('chts', { rewire }), [dense('a', 200, 40)], { density: 0.1 });
      const near = [...layers[0]!.active].filter((p) => {
        const [input, unit] = [Math.floor(p / 40), p % 40];
        const distance = Math.abs(input - Math.floor((unit + 0.5) * 5));
        return Math.min(distance, 200 - distance) <= 10;
      }).length;
      return [layers[0]!.active.length, near];
    };
    expect(await count(0)).toEqual([800, 800]);
    const [total, near] = await count(0.5);
    expect(total).toBe(800);
    // Half stay; of those drawn anew about a tenth fall near.
    expect(Math.abs(near! - 440)).toBeLessThan(5 * Math.sqrt(200));
  });

  it('correlated links inputs to the units that stand for what they vary with', async () => {
    // Input 2 follows input 0, input 3 goes against input 1, input 4 never changes, 5 is noise of its own.
    const rows = Array.from({ length: 64 }, (_, b) => {
      const [x, y, z] = [b & 1, (b >> 1) & 1, (b >> 2) & 1];
      return [x, y, 2 * x + 1, -y, 7, z];
    });
    const network: DenseNetwork = {
      gradients: () => Promise.reject(new Error('no gradients are needed')),
      batch: (index) => ({ size: 8, inputs: Float32Array.from(rows.slice(8 * index, 8 * index + 8).flat()) }),
    };
    const made = recipe('cht', {}, { topology: { use: 'correlated', batches: 8 } });
    const layers = [dense('a', 6, 6, []), dense('b', 6, 6, ['a'])];
    const start = await startPlanner.plan(layers, made, { density: 9 / 36 }, createRandomSource(1), {
      dense: network,
    });
    const pairs = [...start.layers[0]!.active].map((p) => [Math.floor(p / 6), p % 6].join());
    expect(pairs).toEqual(['0,0', '0,2', '1,1', '1,3', '2,0', '2,2', '3,1', '3,3', '5,5']);
    expect(start.layers[1]!.active.length).toBe(9);
  });
});
