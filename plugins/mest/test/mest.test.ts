import { isTopologyUpdate, isWarning, type LayerView, type UpdateContext } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import mest from '../src/index.js';

const recipe = (use: string, options: object = {}, density?: number) =>
  recipeOf({ plugins: [standard, mest], method: { use, ...options }, ...(density && { density }) });

/** A layer of a thousand positions, the first of them active. */
const thousand = (active: number) =>
  rowLayer(
    'a',
    Array.from({ length: 1000 }, (_, p) => (p < active ? 1 : 0)),
    Array.from({ length: 1000 }, (_, p) => p + 1),
    { gradient: Array<number>(1000).fill(0) },
  );

describe('MEST agrees with the golden case', () => {
  it('mest-score', () => {
    const { input, expected } = goldenCase('16_other_rules', 'mest-score');
    const { prune } = recipe('mest', { lambda: input.lambda }).rounds[0]!;
    const active = Uint32Array.of(0, 1, 3);
    const at = (values: readonly number[]) => Float32Array.from(active, (p) => values[p]!);
    const view = { active, weights: at(input.weights), signal: () => at(input.gradients) };
    const scores = prune.strategy.score(view as unknown as LayerView, {} as UpdateContext);
    for (const [i, position] of active.entries()) expect(scores[i]).toBeCloseTo(expected[position], 6);
  });

  it('mest-sizes', () => {
    const { input, expected } = goldenCase('16_other_rules', 'mest-sizes');
    const active = input.size * input.density;
    const options = { dropFraction: input.mutation / input.density };
    const within = planUpdate(recipe('mest', options, input.density), [thousand(active)]).plan.layers[0]!;
    expect(within.nonZerosBefore - within.removed).toBe(expected.EM.afterPrune);
    expect(within.nonZerosAfter).toBe(expected.EM.afterGrow);

    const made = recipe('mest-em-s', options, input.density);
    const density = made.densitySchedule.strategy.density(clockAt(0), input.density);
    const budget = Math.round(density * input.size);
    // At the start and after every update the mutation stands above the target.
    const above = planUpdate(made, [thousand(budget)], { budget }).plan.layers[0]!;
    expect(above.nonZerosBefore - above.removed).toBe(expected['EM&S'].afterPrune);
    expect(above.nonZerosAfter).toBe(expected['EM&S'].afterGrow);
  });
});

describe.each(['mest', 'mest/paper'])('%s', (method) => {
  it('keeps every layer where it is and starts every regrown weight anew', () => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.nat(999), (network, step) => {
        const layers = layersOf(network);
        const terms = { budget: nnzOf(network), floors: layers.map(() => 0) };
        const { plan } = planUpdate(recipe(method), layers, { ...terms, clock: clockAt(step) });
        for (const layer of plan.layers) {
          expect(layer.nonZerosAfter).toBe(layer.nonZerosBefore);
          expect(layer.change.restarted).toEqual(layer.returned);
        }
        expectSoundCommit(plan, layers, terms);
      }),
      { numRuns: 200 },
    );
  });
});

describe('mest/paper', () => {
  it('counts the mutation by all positions', () => {
    expect(recipe('mest/paper', {}, 0.1).rounds[0]!.drop.strategy.fraction(clockAt(0))).toBeCloseTo(0.2, 12);
    expect(recipe('mest/paper', {}, 0.01).rounds[0]!.drop.strategy.fraction(clockAt(0))).toBe(1);
  });
});

describe('mutation', () => {
  it('is halved and then none, as at epochs 90 and 120 of 160', () => {
    const { strategy } = recipe('mest').rounds[0]!.drop;
    const at = (epoch: number) => strategy.fraction(clockAt(epoch, { totalSteps: 160 }));
    expect([0, 89, 90, 119, 120, 159].map(at)).toEqual([0.2, 0.2, 0.1, 0.1, 0, 0]);
  });

  it.each([
    [{ stages: [[0, 2]] }, /the row \[0,2\]/],
    [
      {
        stages: [
          [0.5, 1],
          [0.1, 1],
        ],
      },
      /the row \[0.1,1\]/,
    ],
    [{ of: 'some' }, /of is "some"/],
    [{ dropFraction: 2 }, /dropFraction is 2/],
    [{ updateEnd: 0 }, /updateEnd is 0/],
  ])('refuses %j', (options, message) => {
    const overrides = { drop: { use: 'mutation', ...options } };
    expect(() => recipeOf({ plugins: [standard, mest], method: 'mest', overrides })).toThrow(message);
  });
});

describe('MEST with a soft bound', () => {
  const floors = (layers: readonly unknown[]) => layers.map(() => 1);

  it('prunes to its target and grows to its bound at every update, and ends at its target', () => {
    const shares = fc.constantFrom(0.05, 0.2, 0.5);
    fc.assert(
      fc.property(arbitraryNetwork(), shares, (network, dropFraction) => {
        const size = network.reduce((n, { mask }) => n + mask.length, 0);
        const density = nnzOf(network) / size;
        fc.pre(density * (1 + dropFraction) <= 1);
        const made = recipe('mest-em-s', { dropFraction, updateInterval: 10 }, density);
        const layers = layersOf(network);
        for (const step of [10, 50, 60, 74, 75].map((percent) => percent * 10)) {
          const clock = clockAt(step);
          const share = made.rounds[0]!.drop.strategy.fraction(clock);
          const budget = Math.round(made.densitySchedule.strategy.density(clock, density) * size + 1e-9);
          const terms = { budget, floors: floors(layers) };
          const { plan } = planUpdate(made, layers, { ...terms, clock });
          const kept = plan.layers.reduce(
            (n, { nonZerosBefore, removed }) => n + nonZerosBefore - removed,
            0,
          );
          expect(Math.abs(kept - nnzOf(network))).toBeLessThanOrEqual(1);
          expect(share === 0).toBe(step === 750);
          expectSoundCommit(plan, layers, terms);
        }
        expect(layers.reduce((n, { active }) => n + active.length, 0)).toBe(nnzOf(network));
      }),
      { numRuns: 200 },
    );
  });

  it('updates where the updating part ends, whatever the interval', () => {
    const { strategy } = recipe('mest-em-s', { updateInterval: 40 }).trigger;
    const due = [...Array(101).keys()].filter((step) => strategy.due(clockAt(step, { totalSteps: 101 })));
    expect(due).toEqual([40, 75]);
    expect(recipe('mest-em-s').rounds[0]!.drop.strategy.fraction(clockAt(75, { totalSteps: 101 }))).toBe(0);
  });

  it('never asks for more than all weights', () => {
    const { strategy } = recipe('mest-em-s', {}, 0.95).densitySchedule;
    expect(strategy.density(clockAt(0), 0.95)).toBe(1);
    const { plan } = planUpdate(recipe('mest-em-s', {}, 0.95), [thousand(1000)], { budget: 1000 });
    expect(plan.layers[0]!.removed).toBe(50);
  });

  it('says once how many weights it holds at its peak', async () => {
    const { tinyRun } = await import('../../../test/stream/support/tiny-run.js');
    const method = { use: 'mest-em-s', dropFraction: 0.25, updateInterval: 2, updateEnd: 0.75 };
    const { trainer, start, engine } = await tinyRun({ plugins: [mest], method, density: 0.5 });
    const budgets: number[] = [];
    const peaks: object[] = [];
    trainer.events.subscribe((event) => {
      if (isTopologyUpdate(event)) budgets.push(event.budget);
      if (isWarning(event) && event.kind === 'above-target') peaks.push(event.facts);
    });
    await trainer.run();
    // 72 positions, a target of 36 and a quarter of it above, an eighth from step 11 on, none at the last update.
    expect(start).toMatchObject({ budget: 45, targetBudget: 36 });
    expect(budgets).toEqual([45, 45, 45, 45, 45, 41, 36]);
    expect(engine.layers.reduce((n, { active }) => n + active.length, 0)).toBe(36);
    expect(peaks).toEqual([expect.objectContaining({ peak: 45, target: 36 })]);
  });
});
