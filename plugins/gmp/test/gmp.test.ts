import { isTopologyUpdate } from '@espalier/core';
import standard from '@espalier/plugin-standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tinyRun } from '../../../test/stream/support/tiny-run.js';
import { arbitraryNetwork, layersOf, nnzOf } from '../../../test/support/arbitrary-network.js';
import { goldenCase } from '../../../test/support/golden.js';
import { expectSoundCommit } from '../../../test/support/invariants.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import gmp from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, gmp], method: { use: 'gmp', ...options } });

it('agrees with the golden case gmp-cubic-density', () => {
  const { input, expected } = goldenCase('06_schedules', 'gmp-cubic-density');
  const totalSteps = 1000;
  const options = {
    startDensity: input.d0,
    updateBegin: input.t0 / totalSteps,
    updateEnd: input.t1 / totalSteps,
  };
  const { strategy } = recipe(options).densitySchedule;
  for (const [i, step] of input.steps.entries()) {
    expect(strategy.density(clockAt(step, { totalSteps }), input.d1)).toBeCloseTo(expected[i], 12);
  }
});

describe('GMP', () => {
  it.each(['global', 'per-layer'])('only ever takes away, in scope %s', (scope) => {
    fc.assert(
      fc.property(arbitraryNetwork(), fc.double({ min: 0, max: 1, noNaN: true }), (network, share) => {
        const layers = layersOf(network);
        const floors = network.map(({ mask }) => Math.min(1, mask.filter((m) => m === 1).length));
        const least = floors.reduce((a, b) => a + b, 0);
        const budget = least + Math.round(share * (nnzOf(network) - least));
        const { plan } = planUpdate(recipe({ scope }), layers, { budget, floors });
        for (const { grown, returned } of plan.layers) expect(grown.length + returned.length).toBe(0);
        expectSoundCommit(plan, layers, { budget, floors });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the largest weights of all layers, or of each', () => {
    const network = [
      { name: 'a', mask: [1, 1, 1, 1], weights: [8, -7, 6, 5], gradient: [0, 0, 0, 0] },
      { name: 'b', mask: [1, 1, 1, 1], weights: [4, 3, -2, 1], gradient: [0, 0, 0, 0] },
    ];
    const kept = (scope: string) =>
      planUpdate(recipe({ scope }), layersOf(network), { budget: 4 }).plan.layers.map(
        ({ nonZerosAfter }) => nonZerosAfter,
      );
    expect(kept('global')).toEqual([3, 1]);
    expect(kept('per-layer')).toEqual([2, 2]);
  });

  it('starts dense, prunes along its schedule and meets its target exactly, whatever the interval', async () => {
    const method = { use: 'gmp', updateInterval: 4, updateBegin: 0.1, updateEnd: 0.75 };
    const { trainer, engine, start } = await tinyRun({ plugins: [gmp], method, density: 0.2 });
    const active = () => engine.layers.map((layer) => new Set(layer.active));
    expect(start).toMatchObject({ budget: 72, targetBudget: 14 });
    let before = active();
    const updates: { readonly step: number; readonly budget: number; readonly grown: number }[] = [];
    trainer.events.subscribe((event) => {
      if (!isTopologyUpdate(event)) return;
      const { step, budget, grown } = event;
      updates.push({ step, budget, grown });
      for (const [i, now] of active().entries()) for (const p of now) expect(before[i]).toContain(p);
      before = active();
    });
    await trainer.run();
    // 18 steps: multiples of 4 and the 13th, where pruning ends, but not the 12th, just before it.
    expect(updates.map(({ step }) => step)).toEqual([4, 8, 13]);
    const budgets = updates.map(({ budget }) => budget);
    expect(budgets).toEqual([...budgets].sort((a, b) => b - a));
    expect(budgets.at(-1)).toBe(14);
    expect(updates.every(({ grown }) => grown === 0)).toBe(true);
    expect(before.reduce((n, { size }) => n + size, 0)).toBe(14);
  });

  it.each([
    [{ scope: 'locally' }, /scope is "locally"/],
    [{ startDensity: 0 }, /start is 0/],
    [{ updateBegin: 0.8 }, /begin 0.8 must lie before end 0.75/],
  ])('refuses %j', (options, message) => {
    expect(() => recipe(options)).toThrow(message);
  });
});
