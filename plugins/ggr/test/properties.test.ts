import { createRandomSource } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryNetwork,
  arbitraryTieFreeNetwork,
  type DrawnLayer,
  layersOf,
  nnzOf,
} from '../../../test/support/arbitrary-network.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, type PlanOptions, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import rigl from '../../rigl/src/index.js';
import ggr from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, ggr], method: { use: 'ggr', ...options } });
const pure = { randomShare: 0, minDensity: 0 };
const noFloors = (network: readonly DrawnLayer[]) => ({ floors: network.map(() => 0) });
const plan = (options: object, network: readonly DrawnLayer[], terms: PlanOptions = {}) =>
  planUpdate(recipe(options), layersOf(network), terms).plan;
const regrown = (p: ReturnType<typeof plan>) =>
  p.layers.map(({ grown, returned }) => grown.length + returned.length);

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const anyOptions = fc.record({
  dropFraction: fraction,
  pruneQuota: fc.constantFrom('per-layer', 'global'),
  randomShare: fraction,
  randomSpread: fc.constantFrom('by-count', 'by-room', 'drawn'),
  normalise: fc.constantFrom('none', 'meanAbs', 'weightScale'),
  over: fc.constantFrom('candidates', 'all'),
  regrowPruned: fc.constantFrom('keep', 'never', 'restart'),
});

describe('GGR, whatever its options', () => {
  it('keeps the budget exactly, and the floors', () => {
    fc.assert(
      fc.property(anyOptions, arbitraryNetwork('tied'), fc.nat(999), (options, network, step) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: network.map(() => 1) };
        const { plan: planned, reported } = planUpdate(recipe(options), layers, {
          ...terms,
          clock: clockAt(step),
        });
        const waived = reported.some(({ kind }) => kind === 'exclusion-waived');
        const neverReturns = options.regrowPruned === 'never' && !waived;
        expectSoundCommit(planned, layers, { ...terms, neverReturns });
      }),
      { numRuns: 500 },
    );
  });

  it('permutes its plan with the layers where there are no ties', () => {
    const options = fc.record({
      dropFraction: fraction,
      pruneQuota: fc.constantFrom('per-layer', 'global'),
      regrowPruned: fc.constantFrom('keep', 'never', 'restart'),
    });
    fc.assert(
      fc.property(options, arbitraryTieFreeNetwork(), (given, network) => {
        const terms = noFloors(network);
        const forward = plainPlan(plan({ ...pure, ...given }, network, terms));
        const backward = plainPlan(plan({ ...pure, ...given }, [...network].reverse(), terms));
        expect(backward.reverse()).toEqual(forward);
      }),
      { numRuns: 300 },
    );
  });

  it('draws the random places of a layer from streams of its own', () => {
    fc.assert(
      fc.property(arbitraryTieFreeNetwork(), fc.nat(99), (network, seed) => {
        // With all places random there is no share left to round, which would go by the order of layers.
        const options = { dropFraction: 0.5, minDensity: 0, randomShare: 1 };
        const terms = { ...noFloors(network), random: createRandomSource(seed) };
        const forward = plainPlan(plan(options, network, terms));
        const backward = plainPlan(plan(options, [...network].reverse(), terms));
        expect(backward.reverse()).toEqual(forward);
      }),
      { numRuns: 200 },
    );
  });
});

describe('GGR without random places', () => {
  it('is RigL on a single layer', () => {
    const single = arbitraryNetwork().map((network) => network.slice(0, 1));
    fc.assert(
      fc.property(single, fraction, fc.nat(999), (network, dropFraction, step) => {
        const terms = { ...noFloors(network), clock: clockAt(step) };
        const method = { use: 'rigl', dropFraction };
        const other = recipeOf({ plugins: [standard, rigl], method });
        expect(plainPlan(plan({ ...pure, dropFraction }, network, terms))).toEqual(
          plainPlan(planUpdate(other, layersOf(network), terms).plan),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('gives the largest total gradient that the floors allow', () => {
    const small = arbitraryNetwork().filter((network) => network.length <= 3);
    fc.assert(
      fc.property(small, fc.constantFrom(0.3, 0.6, 1), fc.nat(3), (network, dropFraction, floor) => {
        const floors = network.map(({ mask }) => Math.min(floor, mask.length));
        const planned = plan({ ...pure, dropFraction }, network, { floors });
        const candidates = planned.layers.map(({ pruned, returned }, i) => {
          const { mask, gradient } = network[i]!;
          const taken = new Set([...pruned, ...returned]);
          return gradient
            .filter((_, p) => mask[p] === 0 || taken.has(p))
            .map((g) => Math.abs(Math.fround(g)))
            .sort((a, b) => b - a);
        });
        const deficits = planned.layers.map(({ nonZerosBefore, removed }, i) =>
          Math.max(0, floors[i]! - (nonZerosBefore - removed)),
        );
        const counts = regrown(planned);
        const total = counts.reduce((a, b) => a + b, 0);
        if (deficits.reduce((a, b) => a + b, 0) > total) return;
        const score = (cs: readonly number[]) =>
          cs.reduce((s, c, i) => s + candidates[i]!.slice(0, c).reduce((a, b) => a + b, 0), 0);
        let best = Number.NEGATIVE_INFINITY;
        for (const cs of splits(
          total,
          candidates.map((c) => c.length),
          deficits,
        )) {
          best = Math.max(best, score(cs));
        }
        expect(score(counts)).toBeCloseTo(best, 9);
      }),
      { numRuns: 200 },
    );
  });

  it('never gives a layer less when its gradients grow', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork(),
        fc.nat(4),
        fc.constantFrom(1.5, 2, 7),
        fraction,
        (network, which, factor, dropFraction) => {
          const index = which % network.length;
          const louder = network.map((layer, i) =>
            i === index ? { ...layer, gradient: layer.gradient.map((g) => g * factor) } : layer,
          );
          const options = { ...pure, dropFraction };
          const before = regrown(plan(options, network, noFloors(network)));
          const after = regrown(plan(options, louder, noFloors(network)));
          expect(after[index]).toBeGreaterThanOrEqual(before[index]!);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not see the scale of a layer when gradients are normalised', () => {
    const network = [
      { name: 'a', mask: [1, 1, 0, 0], weights: [3, 1, 0, 0], gradient: [0.2, 0.4, 0.8, 0.5] },
      { name: 'b', mask: [1, 1, 0, 0, 0], weights: [2, 1, 0, 0, 0], gradient: [0.1, 0.6, 0.7, 0.3, 0.2] },
    ];
    const scaled = (factor: number) =>
      network.map((layer, i) =>
        i === 1 ? layer : { ...layer, gradient: layer.gradient.map((g) => g * factor) },
      );
    const options = { ...pure, dropFraction: 0.5, normalise: 'meanAbs' };
    expect(regrown(plan(options, scaled(1024)))).toEqual(regrown(plan(options, network)));
    // A normalisation layer that makes weights smaller makes gradients larger by as much.
    const rescaled = network.map((layer, i) =>
      i === 1
        ? layer
        : {
            ...layer,
            weights: layer.weights.map((w) => w / 64),
            gradient: layer.gradient.map((g) => g * 64),
          },
    );
    const byWeight = { ...options, normalise: 'weightScale' };
    expect(regrown(plan(byWeight, rescaled))).toEqual(regrown(plan(byWeight, network)));
    expect(regrown(plan({ ...options, normalise: 'none' }, rescaled))).toEqual([2, 0]);
  });
});

/** All ways to give out a total within caps and floors. */
function* splits(
  total: number,
  caps: readonly number[],
  floors: readonly number[],
): Generator<readonly number[]> {
  if (caps.length === 0) {
    if (total === 0) yield [];
    return;
  }
  const [cap, ...restCaps] = caps;
  const [floor, ...restFloors] = floors;
  for (let n = floor!; n <= Math.min(cap!, total); n++) {
    for (const rest of splits(total - n, restCaps, restFloors)) yield [n, ...rest];
  }
}

describe('GGR ranking all positions', () => {
  it('gives in proportion to how many of the strongest a layer has, active ones included', () => {
    const network = [
      { name: 'a', mask: [1, 1, 0, 0, 0, 0], weights: [2, 3, 0, 0, 0, 0], gradient: [9, 9, 8, 1, 1, 1] },
      { name: 'b', mask: [1, 1, 0, 0, 0, 0], weights: [2, 3, 0, 0, 0, 0], gradient: [0, 0, 7, 2, 2, 2] },
    ];
    const options = { ...pure, dropFraction: 0.5 };
    // Of the four strongest positions three lie in a; of the two strongest candidates a has both its pruned 9 and 8.
    expect(regrown(plan(options, network))).toEqual([2, 0]);
    expect(regrown(plan({ ...options, over: 'all' }, network))).toEqual([2, 0]);
    const shifted = [{ ...network[0]!, gradient: [9, 0, 8, 7.5, 1, 1] }, network[1]!];
    expect(regrown(plan({ ...options, over: 'all' }, shifted))).toEqual([2, 0]);
    expect(regrown(plan({ ...options, dropFraction: 1, over: 'all' }, shifted))).toEqual([3, 1]);
    expect(regrown(plan({ ...options, dropFraction: 1 }, shifted))).toEqual([3, 1]);
  });
});

describe('GGR with random places', () => {
  const size = 400;
  const network: DrawnLayer[] = ['a', 'b'].map((name, i) => ({
    name,
    mask: Array.from({ length: size }, (_, p) => (p % 4 === 0 ? 1 : 0)),
    weights: Array.from({ length: size }, (_, p) => p + 1),
    gradient: Array.from({ length: size }, (_, p) => (i === 0 ? 10 + p : p / size)),
  }));

  it('keeps them inside the counts of the gradients, unless they are spread otherwise', () => {
    const options = { minDensity: 0, dropFraction: 0.5, randomShare: 0.5 };
    expect(regrown(plan(options, network))).toEqual([100, 0]);
    const byRoom = regrown(plan({ ...options, randomSpread: 'by-room' }, network));
    expect(byRoom).toEqual([75, 25]);
    const drawn = regrown(plan({ ...options, randomSpread: 'drawn' }, network));
    expect(drawn[0]! + drawn[1]!).toBe(100);
    // 50 draws from two layers with as many candidates: mean 25, standard deviation below 3.6.
    expect(Math.abs(drawn[1]! - 25)).toBeLessThan(18);
  });

  it('places the share away from the strongest gradients', () => {
    const options = { minDensity: 0, dropFraction: 0.5, randomShare: 0.2 };
    const { layers } = plan(options, network);
    const strongest = [...layers[0]!.grown].filter((p) => p >= size - 120);
    expect(layers[0]!.grown.length + layers[0]!.returned.length).toBe(100);
    expect(strongest.length).toBeGreaterThanOrEqual(60);
    expect([...layers[0]!.grown].some((p) => p < size / 2)).toBe(true);
  });
});

describe('GGR says what a user should know', () => {
  it('when floors take more than there is to regrow', () => {
    const network = [
      { name: 'a', mask: [1, 1, 0, 0], weights: [1, 2, 0, 0], gradient: [1, 2, 3, 4] },
      { name: 'b', mask: [1, 1, 1, 1], weights: [1, 2, 3, 4], gradient: [1, 2, 3, 4] },
    ];
    const { reported } = planUpdate(recipe({ ...pure, dropFraction: 0.5 }), layersOf(network), {
      floors: [3, 3],
    });
    expect(reported.map(({ kind }) => kind)).toEqual([]);
    const short = planUpdate(recipe({ ...pure, dropFraction: 0.5 }), layersOf(network), { floors: [4, 4] });
    expect(short.reported.map(({ kind }) => kind)).toEqual(['floors-short']);
  });

  it('when places go to positions without any gradient', () => {
    const network = [{ name: 'a', mask: [1, 1, 0, 0], weights: [1, 2, 0, 0], gradient: [0, 0, 0, 0] }];
    const { reported } = planUpdate(recipe({ ...pure, dropFraction: 0.5 }), layersOf(network));
    expect(reported).toEqual([
      { kind: 'zero-signal', facts: { message: expect.stringContaining('1 of 1 places') } },
    ]);
  });
});

describe('GGR forgets the density that it starts from', () => {
  it('moves every start towards the shares of the gradients', () => {
    const sizes = [4000, 6000, 10000];
    const budget = 1000;
    const totalSteps = 40;
    const shares = [0.2, 0.3, 0.5];
    const final = [
      [900, 50, 50],
      [50, 50, 900],
    ].map((counts) => {
      const source = createRandomSource(7);
      const network = sizes.map((size, i) => ({
        name: `layer${i}`,
        mask: Array.from({ length: size }, (_, p) => (p < counts[i]! ? 1 : 0)),
        weights: Array<number>(size).fill(1),
        gradient: Array<number>(size).fill(0),
      }));
      const layers = layersOf(network);
      for (let step = 0; step < 30; step++) {
        // Training in small: gradients alike everywhere, so that shares are those of the sizes; new weights take values.
        for (const layer of layers) {
          const gradients = source.stream('gradient', layer.name, step);
          layer.signals.gradient = new Float32Array(layer.mask.length).map(() => gradients.uniform());
          const values = source.stream('weights', layer.name, step);
          layer.setWeights(layer.weights().map(() => 0.5 + values.uniform()));
        }
        const { plan: planned } = planUpdate(recipe({ dropFraction: 0.3, randomShare: 0 }), layers, {
          budget,
          floors: sizes.map(() => 1),
          clock: clockAt(step, { totalSteps }),
        });
        for (const [i, { change }] of planned.layers.entries()) layers[i]!.apply(change);
      }
      return layers.map(({ active }) => active.length / budget);
    });
    for (const reached of final) {
      for (const [i, share] of reached.entries()) expect(Math.abs(share - shares[i]!)).toBeLessThan(0.06);
    }
  });
});
