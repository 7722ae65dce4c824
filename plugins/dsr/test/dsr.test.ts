import type { CommittedLayer, CommittedUpdate } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import dsr from '../src/index.js';

const recipe = (options: object = {}, use = 'dsr') =>
  recipeOf({ plugins: [standard, dsr], method: { use, ...options } });

type Quota = ReturnType<typeof recipe>['rounds'][number]['pruneQuota']['strategy'];
const thresholdOf = (quota: Quota) => (quota.state as { readonly threshold: number }).threshold;

/** Tells a quota of an update that took so many of so many weights. */
function commit(quota: Quota, removed: number, before = 10_000, dropFraction = 0.1): void {
  const layer = { removed, nonZerosBefore: before } as unknown as CommittedLayer;
  const update: CommittedUpdate = { clock: clockAt(10), dropFraction, budget: before, layers: [layer] };
  quota.committed!(update, { random: () => expect.unreachable(), report: () => expect.unreachable() });
}

describe('DSR agrees with the golden case', () => {
  it('threshold-controller', () => {
    const { input, expected } = goldenCase('10_dsr', 'threshold-controller');
    const options = { threshold: input.h0, prunedWeights: input.target, tolerance: input.tolerance };
    const quota = recipe(options).rounds[0]!.pruneQuota.strategy;
    const thresholds = input.removedCounts.map((removed: number) => {
      commit(quota, removed);
      return thresholdOf(quota);
    });
    expect(thresholds).toEqual(expected);
  });

  it.each(['step-with-full-layer', 'keep-one'])('%s', (id) => {
    const { input, expected } = goldenCase('10_dsr', id);
    const layers = input.weights.map((weights: number[], i: number) =>
      rowLayer(`layer${i}`, input.masks[i], weights),
    );
    const { plan } = planUpdate(recipe({ threshold: input.threshold }), layers);
    expect(plan.layers.map(({ removed }) => removed)).toEqual(expected.removed);
    expect(plan.layers.map(({ grown }) => grown.length)).toEqual(expected.grow);
    expect(plan.layers.map(({ nonZerosAfter }) => nonZerosAfter)).toEqual(expected.nonzerosAfter);
    const kept = plan.layers.map(({ pruned }, i) =>
      input.masks[i].map((m: number, p: number) => (pruned.includes(p) ? 0 : m)),
    );
    expect(kept).toEqual(expected.kept);
    for (const { returned } of plan.layers) expect([...returned]).toEqual([]);
  });
});

describe('DSR', () => {
  it('keeps the budget and never lets a weight return that it has just pruned, where there is room', () => {
    const threshold = fc.constantFrom(0.1, 0.75, 1.5, 100);
    fc.assert(
      fc.property(arbitraryNetwork(), threshold, (network, value) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: network.map(() => 1) };
        const { plan, reported } = planUpdate(recipe({ threshold: value }), layers, terms);
        const waived = reported.some(({ kind }) => kind === 'exclusion-waived');
        for (const { removed, nonZerosBefore } of plan.layers) {
          expect(removed).toBeLessThanOrEqual(Math.max(0, nonZerosBefore - 1));
        }
        expectSoundCommit(plan, layers, { ...terms, neverReturns: !waived });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the best of each layer whichever sign group it is in', () => {
    const layers = [rowLayer('a', [1, 1, 1, 0, 0, 0], [-0.1, 0.2, -0.3, 0, 0, 0])];
    const made = recipeOf({
      plugins: [standard, dsr],
      method: { use: 'dsr', threshold: 1 },
      overrides: { prune: 'signed-magnitude' },
    });
    const { plan } = planUpdate(made, layers);
    expect([...plan.layers[0]!.pruned]).toEqual([0, 1]);
  });

  it('comes to prune about the share that is wanted, whatever the scale of the weights', () => {
    for (const scale of [1e-6, 1, 1e6]) {
      const made = recipe({ dropFraction: 0.2 });
      const quota = made.rounds[0]!.pruneQuota.strategy;
      const layer = rowLayer(
        'a',
        Array.from({ length: 4000 }, (_, p) => (p < 1000 ? 1 : 0)),
        Array.from({ length: 4000 }, (_, p) => (scale * (p + 1)) / 1000),
      );
      const removed = Array.from({ length: 40 }, () => {
        const { plan } = planUpdate(made, [layer]);
        commit(quota, plan.layers[0]!.removed, 1000, 0.2);
        return plan.layers[0]!.removed;
      });
      // Doubling and halving can not come closer than a factor of two.
      for (const n of removed.slice(-5)) expect(n).toSatisfy((count: number) => count > 90 && count < 410);
    }
  });

  it('leaves its threshold alone where nothing is to be pruned', () => {
    const quota = recipe({ dropFraction: 0 }).rounds[0]!.pruneQuota.strategy;
    commit(quota, 0, 1000, 0);
    expect(thresholdOf(quota)).toBe(0.001);
  });

  it('has the numbers of its code under a name of their own', () => {
    expect(recipe({}, 'dsr/paper').expanded).toMatchObject({
      allocate: { use: 'uniform' },
      trigger: { use: 'interval-stages', updateInterval: 100, updateEnd: 0.95 },
      regrowPruned: 'never',
      rounds: [{ pruneQuota: { threshold: 0.001, prunedWeights: 600, tolerance: 0.1 } }],
    });
  });
});

describe('interval-stages', () => {
  const dueSteps = (options: object, totalSteps: number) => {
    const { strategy } = recipe(options).trigger;
    return [...Array(totalSteps).keys()].filter((step) => strategy.due(clockAt(step, { totalSteps })));
  };

  it('doubles the interval at the fractions of the published epochs, and ends before the run does', () => {
    const due = dueSteps({ updateInterval: 10 }, 1000);
    expect(due.filter((step) => step < 125)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    expect(due.filter((step) => step >= 125 && step < 400).slice(0, 3)).toEqual([140, 160, 180]);
    expect(due.filter((step) => step >= 400 && step < 700)).toEqual([400, 440, 480, 520, 560, 600, 640, 680]);
    expect(due.filter((step) => step >= 700)).toEqual([720, 800, 880]);
  });

  it('makes about 30 updates of any run that is long enough, and more of long ones', () => {
    for (const steps of [300, 1570, 5000]) {
      const count = dueSteps({}, steps).length;
      expect(count).toSatisfy((n: number) => n >= 24 && n <= 38);
    }
    expect(dueSteps({}, 20_000).slice(0, 2)).toEqual([100, 200]);
  });

  it.each([
    [
      [
        [0.5, 1],
        [0.5, 2],
      ],
      /the row \[0.5,2\]/,
    ],
    [[[0, 0]], /the row \[0,0\]/],
    [[[1, 2]], /the row \[1,2\]/],
    [[0.5], /the row 0.5/],
  ])('refuses the stages %j', (stages, message) => {
    const overrides = { trigger: { use: 'interval-stages', stages } };
    expect(() => recipeOf({ plugins: [standard, dsr], method: 'dsr', overrides })).toThrow(message);
  });

  it.each([
    [{ updateInterval: 0 }, /updateInterval is 0/],
    [{ updateEnd: 0 }, /updateEnd is 0/],
    [{ threshold: 0 }, /threshold is 0/],
    [{ tolerance: 1 }, /tolerance is 1/],
    [{ prunedWeights: 0.5 }, /prunedWeights is 0.5/],
  ])('refuses %j', (options, message) => {
    expect(() => recipe(options)).toThrow(message);
  });
});
