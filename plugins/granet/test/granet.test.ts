import { isTopologyUpdate, type RecipeSpec, roundHalfUp } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../../test/stream/support/tiny-run.js';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit, plainPlan } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import granet from '../src/index.js';

const recipe = (options: object = {}, overrides: RecipeSpec = {}) =>
  recipeOf({ plugins: [standard, granet], method: { use: 'granet', ...options }, overrides });

it('agrees with the golden case granet-counts', () => {
  const { input, expected } = goldenCase('16_other_rules', 'granet-counts');
  const options = { startDensity: input.d0, pruneEnd: 0.5, dropFraction: input.regenRate };
  // The vector keeps the rate and rounds regenerated counts down.
  const made = recipe(options, {
    drop: { use: 'constant', dropFraction: input.regenRate },
    rounds: [{ pruneQuota: 'to-budget' }, { pruneQuota: 'per-layer' }],
  });
  const start = input.d0 * input.size;
  const layer = rowLayer(
    'a',
    Array.from({ length: input.size }, (_, p) => (p < start ? 1 : 0)),
    Array.from({ length: input.size }, (_, p) => 1 + ((p * 7) % 1000)),
    { gradient: Array.from({ length: input.size }, (_, p) => (p * 13) % 1000) },
  );
  for (const [event, { target, regenerated }] of expected.entries()) {
    const clock = clockAt(event, { totalSteps: 2 * input.events });
    const density = made.densitySchedule.strategy.density(clock, input.d1);
    const budget = roundHalfUp(density * input.size);
    const { plan } = planUpdate(made, [layer], { budget, clock });
    const [planned] = plan.layers;
    expect(planned!.nonZerosAfter).toBe(target);
    expect(planned!.removed).toBe(planned!.nonZerosBefore - target + regenerated);
    layer.apply(planned!.change);
  }
});

describe('GraNet', () => {
  it('prunes to its budget and regenerates inside each layer', () => {
    fc.assert(
      fc.property(
        arbitraryNetwork(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(999),
        fc.constantFrom('global', 'per-layer'),
        (network, share, step, scope) => {
          const floors = network.map(({ mask }) => Math.min(1, mask.filter((m) => m === 1).length));
          const least = floors.reduce((a, b) => a + b, 0);
          const terms = { budget: least + Math.round(share * (nnzOf(network) - least)), floors };
          const plan = (made: typeof both) =>
            planUpdate(made, layersOf(network), { ...terms, clock: clockAt(step) }).plan;
          const both = recipe({ scope });
          const layers = layersOf(network);
          const { plan: planned } = planUpdate(both, layers, { ...terms, clock: clockAt(step) });
          expectSoundCommit(planned, layers, terms);
          const prunedOnly = recipe({ scope }, { rounds: [{ pruneQuota: { use: 'to-budget', scope } }] });
          expect(planned.layers.map(({ nonZerosAfter }) => nonZerosAfter)).toEqual(
            plan(prunedOnly).layers.map(({ nonZerosAfter }) => nonZerosAfter),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives back to a layer by gradient what pruning for the budget has just taken, if the gradient says so', () => {
    const layer = rowLayer('a', [1, 1, 1, 1, 0], [4, 3, 1, 2, 0], { gradient: [0, 0, 9, 0, 1] });
    const { plan } = planUpdate(recipe(), [layer], { budget: 2 });
    // 2 and 3 leave for the budget, then 1 for regeneration, and the position with the largest gradient comes.
    expect(plainPlan(plan)).toMatchObject([{ removed: 3, pruned: [1, 3], grown: [], returned: [2] }]);
  });

  it('falls to its target and goes on rewiring there', async () => {
    const method = { use: 'granet', updateInterval: 2, pruneEnd: 0.5 };
    const { trainer, start } = await tinyRun({ plugins: [granet], method, density: 0.25 });
    const budgets: number[] = [];
    let rewired = 0;
    trainer.events.subscribe((event) => {
      if (!isTopologyUpdate(event)) return;
      budgets.push(event.budget);
      if (event.step > 9) rewired += event.grown + event.returned;
    });
    await trainer.run();
    expect(start).toMatchObject({ budget: 36, targetBudget: 18 });
    expect(budgets).toEqual([...budgets].sort((a, b) => b - a));
    expect(budgets.slice(-4)).toEqual([18, 18, 18, 18]);
    expect(rewired).toBeGreaterThan(0);
  });

  it('has the numbers of its ImageNet runs under a name of their own', () => {
    const { expanded } = recipeOf({ plugins: [standard, granet], method: 'granet/paper' });
    expect(expanded).toMatchObject({
      trigger: { updateInterval: 4000, updateEnd: 1 },
      densitySchedule: { start: 0.5, begin: 0, end: 0.3 },
      rounds: [
        { drop: { dropFraction: 0.5, minimum: 0.005 }, pruneQuota: { use: 'to-budget', scope: 'global' } },
        { pruneQuota: { use: 'per-layer', rounding: 'ceil' }, regrow: [{ choice: { use: 'gradient' } }] },
      ],
    });
  });

  it('refuses to prune until after the last update', () => {
    expect(() => recipe({ pruneEnd: 0.8, updateEnd: 0.75 })).toThrow(
      /pruneEnd 0.8 must lie before updateEnd/,
    );
  });
});
