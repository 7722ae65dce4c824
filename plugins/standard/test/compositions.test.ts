import { createRandomSource, EspalierError, type RecipeSpec } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arbitraryNetwork,
  type DrawnLayer,
  layersOf,
  nnzOf,
} from '../../../test/support/arbitrary-network.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import standard from '../src/index.js';

const composition: fc.Arbitrary<RecipeSpec> = fc.record({
  drop: fc
    .oneof(fc.constantFrom(0, 0.3, 1), fc.double({ min: 0, max: 1, noNaN: true }))
    .map((dropFraction) => ({ use: 'constant', dropFraction })),
  prune: fc.constantFrom(
    'magnitude',
    'signed-magnitude',
    'random',
    'gradient',
    'saliency',
    'magnitude-gradient',
  ),
  pruneQuota: fc.constantFrom(
    'per-layer',
    { use: 'per-layer', rounding: 'ceil' },
    'global',
    { use: 'threshold', value: 0.75 },
    'to-budget',
    { use: 'to-budget', scope: 'per-layer' },
  ),
  redistribute: fc.oneof(
    fc.constantFrom('identity', 'survivors', 'magnitude', 'mean-gradient', {
      use: 'mean-gradient',
      over: 'all',
    }),
    fc.record({
      use: fc.constant('global-rank'),
      normalise: fc.constantFrom('none', 'meanAbs', 'weightScale'),
      over: fc.constantFrom('candidates', 'all'),
    }),
  ),
  regrow: fc.oneof(
    fc.constantFrom('random', 'gradient'),
    fc
      .record({
        use: fc.constant('random'),
        share: fc.constantFrom(0, 0.1, 0.5, 1),
        spread: fc.constantFrom('by-count' as const, 'by-room' as const, 'drawn' as const),
      })
      .map((second) => ['gradient', second]),
  ),
  grownValue: fc.constantFrom('zeros', 'normal', 'gradient'),
  regrowPruned: fc.constantFrom('keep' as const, 'restart' as const, 'never' as const),
});

interface Situation {
  readonly network: DrawnLayer[];
  readonly floors: number[];
  /** How far the budget lies from the active weights towards the floors (below 0) or a full network. */
  readonly shift: number;
}

/** Floors within the layers and, in sum, within the active weights. */
const situation: fc.Arbitrary<Situation> = arbitraryNetwork().chain((network) => {
  const wishes = fc.array(fc.nat(12), { minLength: network.length, maxLength: network.length });
  return fc.record({ wishes, shift: fc.constantFrom(0, 0, 0, 0.3, -0.5, 1) }).map(({ wishes, shift }) => {
    const floors = network.map(() => 1);
    let spare = nnzOf(network) - network.length;
    for (const [i, wish] of wishes.entries()) {
      const more = Math.min(wish, spare, network[i]!.mask.length - 1);
      floors[i]! += more;
      spare -= more;
    }
    return { network, floors, shift };
  });
});

function budgetOf({ network, floors, shift }: Situation): number {
  const active = nnzOf(network);
  const all = network.reduce((n, { mask }) => n + mask.length, 0);
  const least = floors.reduce((a, b) => a + b, 0);
  return active + Math.round(shift < 0 ? shift * (active - least) : shift * (all - active));
}

/** Quotas by fraction or threshold may leave more than a smaller budget: that must be refused, not hidden. */
function refusedForBudget(error: unknown): boolean {
  return error instanceof EspalierError && error.code === 'ESPALIER_INFEASIBLE_BUDGET';
}

describe('any composition of standard strategies', () => {
  it('keeps budgets, floors and masks in order, update after update', () => {
    fc.assert(
      fc.property(composition, situation, (overrides, drawn) => {
        const recipe = recipeOf({ plugins: [standard], method: 'static', overrides });
        const layers = layersOf(drawn.network);
        const terms = { budget: budgetOf(drawn), floors: drawn.floors };
        for (let step = 0; step < 3; step++) {
          try {
            const { plan, reported } = planUpdate(recipe, layers, { ...terms, clock: clockAt(step) });
            const waived = reported.some(({ kind }) => kind === 'exclusion-waived');
            const neverReturns = overrides.regrowPruned === 'never' && !waived;
            expectSoundCommit(plan, layers, { ...terms, neverReturns });
          } catch (error) {
            if (!(drawn.shift < 0 && refusedForBudget(error))) throw error;
            return;
          }
        }
      }),
      { numRuns: 500 },
    );
  }, 30_000);

  it('plans the same from the same seed, without touching what it plans from', () => {
    fc.assert(
      fc.property(composition, arbitraryNetwork(), fc.nat(1000), (overrides, network, seed) => {
        const make = () => recipeOf({ plugins: [standard], method: 'static', overrides });
        const layers = layersOf(network);
        const copy = layersOf(network);
        const random = createRandomSource(seed);
        const first = planUpdate(make(), layers, { random });
        expect(plainPlan(planUpdate(make(), layers, { random: createRandomSource(seed) }).plan)).toEqual(
          plainPlan(first.plan),
        );
        for (const [i, layer] of layers.entries()) {
          expect(layer.mask).toEqual(copy[i]!.mask);
          expect(layer.values).toEqual(copy[i]!.values);
          expect(layer.signals).toEqual(copy[i]!.signals);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does nothing where the drop fraction is 0 and the floors hold', () => {
    const counted = composition.map((spec) => ({
      ...spec,
      drop: { use: 'constant', dropFraction: 0 },
      pruneQuota: 'per-layer',
    }));
    fc.assert(
      fc.property(counted, arbitraryNetwork(), (overrides, network) => {
        const recipe = recipeOf({ plugins: [standard], method: 'static', overrides });
        const { plan } = planUpdate(recipe, layersOf(network), { floors: network.map(() => 0) });
        for (const layer of plainPlan(plan)) {
          expect(layer).toEqual({
            layer: layer.layer,
            removed: 0,
            pruned: [],
            grown: [],
            returned: [],
            grownValues: [],
            restarted: [],
            restartedValues: [],
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives no weight back in the same update where that is ruled out and there is room elsewhere', () => {
    fc.assert(
      fc.property(composition, arbitraryNetwork(), (overrides, network) => {
        const recipe = recipeOf({
          plugins: [standard],
          method: 'static',
          overrides: { ...overrides, regrowPruned: 'never' },
        });
        const { plan, reported } = planUpdate(recipe, layersOf(network));
        if (reported.some(({ kind }) => kind === 'exclusion-waived')) return;
        for (const { returned } of plan.layers) expect(returned.length).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
