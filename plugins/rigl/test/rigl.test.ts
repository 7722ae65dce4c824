import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryNetwork,
  arbitraryTieFreeNetwork,
  layersOf,
  nnzOf,
} from '../../../test/support/arbitrary-network.js';
import { golden } from '../../../test/support/golden.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import rigl from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, rigl], method: { use: 'rigl', ...options } });

describe('RigL agrees with the golden case', () => {
  it.each(golden('08_rigl'))('$id', ({ input, expected }) => {
    const layer = rowLayer('a', input.mask, input.weights, { gradient: input.gradients });
    // At step 0 the cosine has its first value, the drop fraction itself.
    const { plan } = planUpdate(recipe({ dropFraction: input.fraction }), [layer]);
    const [planned] = plan.layers;
    expect(planned!.removed).toBe(expected.k);
    expect([...planned!.grown, ...planned!.returned].sort((a, b) => a - b)).toEqual(expected.grown);
    expect([...planned!.returned]).toEqual(expected.regrownSame);
    expect([...planned!.change.grown]).toEqual(expected.stateReset);
    expect([...planned!.change.pruned]).toEqual(expected.stateCleared);
    expect([...planned!.change.restarted]).toEqual([]);
    layer.apply(planned!.change);
    expect(layer.mask).toEqual(expected.mask);
    expect(layer.values).toEqual([...Float32Array.from(expected.weights)]);
  });
});

describe('RigL', () => {
  it('expands to the published recipe', () => {
    const { expanded } = recipe({ updateInterval: 50 });
    expect(expanded).toMatchObject({
      method: 'rigl',
      allocate: { use: 'erk', power: 1 },
      trigger: { use: 'step-interval', updateInterval: 50, updateEnd: 0.75, updateAtStepZero: false },
      regrowPruned: 'keep',
      skipOptimizerStep: true,
      slots: { use: 'zero' },
      minDensity: 0,
      imposedDensity: null,
    });
    expect(expanded.rounds).toEqual([
      {
        drop: { use: 'cosine', dropFraction: 0.3, minimum: 0, updateEnd: 0.75 },
        prune: { use: 'magnitude' },
        pruneQuota: { use: 'per-layer', rounding: 'floor' },
        redistribute: { use: 'identity' },
        regrow: [{ choice: { use: 'gradient' }, share: 0, spread: 'by-count' }],
      },
    ]);
  });

  it.each(['rigl/paper', 'rigl/google-research'])('%s updates from step 0 on, to 25 of 32 parts', (use) => {
    const made = recipeOf({ plugins: [standard, rigl], method: use });
    const due = [...Array(640).keys()].filter((step) =>
      made.trigger.strategy.due(clockAt(step, { totalSteps: 640 })),
    );
    expect(due).toEqual([0, 100, 200, 300, 400, 500]);
    expect(made.rounds[0]!.drop.strategy.fraction(clockAt(500, { totalSteps: 640 }))).toBe(0);
    expect(made.expanded.rounds[0]!.prune.use).toBe(use === 'rigl/paper' ? 'magnitude' : 'noisy-magnitude');
  });

  it('lets noise decide between weights of nearly equal size, and only between those', () => {
    const n = 400;
    const mask = Array<number>(n).fill(1);
    const weights = mask.map((_, p) => (p < n / 2 ? 1 : 2) + (p % 2) * 1e-7);
    const plan = (overrides: object) =>
      planUpdate(recipeOf({ plugins: [standard, rigl], method: 'rigl/google-research', overrides }), [
        rowLayer('a', mask, weights, { gradient: mask.map((_, p) => p) }),
      ]).plan.layers[0]!;
    const taken = (overrides: object) => {
      const { pruned, returned } = plan({ drop: { dropFraction: 0.25 }, ...overrides });
      return [...pruned, ...returned].sort((a, b) => a - b);
    };
    expect(taken({ prune: 'magnitude' })).toEqual([...Array(n / 2).keys()].filter((p) => p % 2 === 0));
    const noisy = taken({});
    expect(noisy).toHaveLength(n / 4);
    expect(noisy.every((p) => p < n / 2)).toBe(true);
    expect(noisy.filter((p) => p % 2 === 1).length).toBeGreaterThan(n / 16);
    expect(taken({})).toEqual(noisy);
    expect(() => plan({ prune: { standardDeviation: -1 } })).toThrow(/standardDeviation is -1/);
  });

  it('keeps every layer where it is, exactly, at every step of its schedule', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork(),
        fc.nat(999),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (network, step, f) => {
          const layers = layersOf(network);
          const { plan } = planUpdate(recipe({ dropFraction: f }), layers, {
            floors: layers.map(() => 0),
            clock: clockAt(step),
          });
          for (const layer of plan.layers) expect(layer.nonZerosAfter).toBe(layer.nonZerosBefore);
          expectSoundCommit(plan, layers, { budget: nnzOf(network), floors: layers.map(() => 0) });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the largest weights and grows where the gradient is largest', () => {
    fc.assert(
      fc.property(arbitraryTieFreeNetwork(), (network) => {
        const layers = layersOf(network);
        const { plan } = planUpdate(recipe({ dropFraction: 0.5 }), layers, { floors: layers.map(() => 0) });
        for (const [i, { grown, pruned, returned, removed }] of plan.layers.entries()) {
          const { mask, weights, gradient } = network[i]!;
          const taken = new Set([...pruned, ...returned]);
          const placed = new Set([...grown, ...returned]);
          const magnitude = (p: number) => Math.abs(weights[p]!);
          const kept = [...mask.keys()].filter((p) => mask[p] === 1 && !taken.has(p));
          const empty = [...mask.keys()].filter((p) => !kept.includes(p) && !placed.has(p));
          expect(taken.size).toBe(removed);
          for (const p of taken) for (const q of kept) expect(magnitude(p)).toBeLessThan(magnitude(q));
          for (const p of placed) {
            for (const q of empty) expect(Math.abs(gradient[p]!)).toBeGreaterThan(Math.abs(gradient[q]!));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('plans each layer alike in any order', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), (network) => {
        const options = { floors: network.map(() => 0) };
        const forward = plainPlan(planUpdate(recipe(), layersOf(network), options).plan);
        const backward = plainPlan(planUpdate(recipe(), layersOf([...network].reverse()), options).plan);
        expect(backward.reverse()).toEqual(forward);
      }),
      { numRuns: 200 },
    );
  });

  it('says which gradient is not finite', () => {
    const layer = rowLayer('bad/kernel', [1, 1, 0], [1, 2, 0], { gradient: [0, 0, Number.NaN] });
    expect(() => planUpdate(recipe({ dropFraction: 0.5 }), [layer])).toThrow(
      /ESPALIER_NOT_FINITE.*"bad\/kernel".*"gradient".*position 2/,
    );
  });
});
