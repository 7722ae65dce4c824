import type { Choice, RecipeSpec } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden, goldenCase } from '../../../test/support/golden.js';
import { clockAt, recipeOf } from '../../../test/support/pipeline.js';
import standard from '../src/index.js';

const recipe = (overrides: RecipeSpec) => recipeOf({ plugins: [standard], method: 'static', overrides });
const fractionOf = (drop: Choice, clock: Parameters<typeof clockAt>) =>
  recipe({ drop }).rounds[0]!.drop.strategy.fraction(clockAt(...clock));

/** The steps of a run at which a trigger is due. */
function dueSteps(trigger: Choice, totalSteps: number, stepsPerEpoch = 100): number[] {
  const { strategy } = recipe({ trigger }).trigger;
  return Array.from({ length: totalSteps }, (_, step) => step).filter((step) =>
    strategy.due(clockAt(step, { totalSteps, stepsPerEpoch })),
  );
}

describe('schedules agree with the golden case', () => {
  const kinds: Record<string, string> = { inversePower: 'inverse-power' };
  const drops = golden('06_schedules').filter(({ input }) => 'alpha' in input);

  it.each(drops)('$id', ({ input, expected }) => {
    const { kind, alpha, min, k, T } = input;
    const drop = {
      use: kinds[kind] ?? kind,
      dropFraction: alpha,
      ...(kind === 'constant' ? {} : { updateEnd: 1, minimum: min ?? 0 }),
      ...(k === undefined ? {} : { power: k }),
    };
    for (const [i, step] of input.steps.entries()) {
      expect(fractionOf(drop, [step, { totalSteps: T }])).toBeCloseTo(expected[i], 9);
    }
  });

  const densities = golden('06_schedules').filter(({ input }) => input.kind === 'cubicDensity');

  it.each(densities)('$id', ({ input, expected }) => {
    const totalSteps = 1000;
    const densitySchedule = {
      use: 'cubic',
      start: input.d0,
      begin: input.t0 / totalSteps,
      end: input.t1 / totalSteps,
    };
    const { strategy } = recipe({ densitySchedule }).densitySchedule;
    for (const [i, step] of input.steps.entries()) {
      expect(strategy.density(clockAt(step, { totalSteps }), input.d1)).toBeCloseTo(expected[i], 9);
    }
  });

  it('update-trigger', () => {
    const { input, expected } = goldenCase('06_schedules', 'update-trigger');
    const trigger = {
      use: 'step-interval',
      updateInterval: input.interval,
      updateBegin: input.begin / input.totalSteps,
      updateEnd: input.end / input.totalSteps,
      updateAtStepZero: input.updateAtStepZero,
    };
    expect(dueSteps(trigger, input.totalSteps)).toEqual(expected);
  });
});

describe('drop schedules', () => {
  it('end at 0.75 of the run unless told otherwise, and stay at their end', () => {
    for (const use of ['cosine', 'linear', 'inverse-power']) {
      expect(fractionOf(use, [0])).toBeCloseTo(0.3, 12);
      for (const step of [750, 751, 999]) expect(fractionOf(use, [step])).toBe(0);
      expect(fractionOf({ use, minimum: 0.1 }, [800])).toBeCloseTo(0.1, 12);
    }
  });

  it('decay by steps', () => {
    const drop = { use: 'step-decay', dropFraction: 0.4, factor: 0.5, every: 10 };
    expect([0, 9, 10, 29, 30].map((step) => fractionOf(drop, [step]))).toEqual([0.4, 0.4, 0.2, 0.1, 0.05]);
  });

  it('hold each epoch at its first value in a staircase', () => {
    const inner = { use: 'linear', updateEnd: 1 };
    for (const step of [200, 250, 299]) {
      expect(fractionOf({ use: 'staircase', of: inner }, [step])).toBe(fractionOf(inner, [200]));
    }
    expect(fractionOf('staircase', [399])).toBe(fractionOf('cosine', [300]));
    expect(fractionOf({ use: 'staircase', of: 'linear' }, [399])).toBe(fractionOf('linear', [300]));
  });

  it.each([
    [{ use: 'cosine', dropFraction: 1.2 }, /drop "cosine": dropFraction is 1.2, but must lie in \[0, 1\]/],
    [{ use: 'linear', updateEnd: 0 }, /updateEnd is 0/],
    [{ use: 'inverse-power', power: -1 }, /power is -1/],
    [{ use: 'step-decay', every: 0.5 }, /every is 0.5, but must be a whole number/],
    [{ use: 'staircase', of: { dropFraction: 0.3 } }, /map with "use"/],
    [{ use: 'staircase', of: { use: 'cosine', minimum: -1 } }, /drop "cosine": minimum is -1/],
  ])('refuse %j', (drop, message) => {
    expect(() => recipe({ drop })).toThrow(message);
  });
});

describe('density schedules', () => {
  const densityAt = (densitySchedule: Choice, step: number, target = 0.1) =>
    recipe({ densitySchedule }).densitySchedule.strategy.density(clockAt(step), target);

  it('are constant, or fall to the target', () => {
    expect(densityAt('constant', 300, 0.05)).toBe(0.05);
    expect(densityAt('sigmoid', 0)).toBeCloseTo(1, 3);
    expect(densityAt('sigmoid', 500)).toBeCloseTo(0.55, 12);
    expect(densityAt('sigmoid', 999)).toBeCloseTo(0.1, 3);
    // Exactly the target, so that the budget becomes exactly that of the target.
    expect(densityAt('cubic', 750, 0.07)).toBe(0.07);
  });

  it('never rise', () => {
    const step = fc.integer({ min: 0, max: 998 });
    fc.assert(
      fc.property(fc.constantFrom('cubic', 'sigmoid'), step, (use, t) => {
        expect(densityAt(use, t + 1)).toBeLessThanOrEqual(densityAt(use, t));
      }),
    );
  });
});

describe('step-interval', () => {
  it('takes a thirtieth of the updating part by itself, from 1 to 100 steps', () => {
    expect(dueSteps('step-interval', 1000).slice(0, 3)).toEqual([25, 50, 75]);
    expect(dueSteps('step-interval', 1000).at(-1)).toBe(750);
    expect(dueSteps('step-interval', 20)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(dueSteps('step-interval', 8000).slice(0, 2)).toEqual([100, 200]);
  });

  it('may update with the first step', () => {
    const trigger = { use: 'step-interval', updateInterval: 400, updateEnd: 1, updateAtStepZero: true };
    expect(dueSteps(trigger, 1000)).toEqual([0, 400, 800]);
    expect(dueSteps({ ...trigger, updateBegin: 0.4 }, 1000)).toEqual([400, 800]);
    expect(dueSteps({ ...trigger, updateBegin: 0.41 }, 1000)).toEqual([800]);
  });

  it('spaces a given number of updates evenly, however long the run', () => {
    const trigger = { use: 'step-interval', updates: 4, updateEnd: 1 };
    expect(dueSteps(trigger, 20_000)).toEqual([5000, 10_000, 15_000]);
    expect(dueSteps({ ...trigger, updateEnd: 0.5 }, 80)).toEqual([10, 20, 30, 40]);
    expect(dueSteps({ ...trigger, updateInterval: 30 }, 80)).toEqual([30, 60]);
  });

  it('may update where the updating part ends, whatever the interval', () => {
    const trigger = { use: 'step-interval', updateInterval: 40, updateAtEnd: true };
    expect(dueSteps(trigger, 101)).toEqual([40, 75]);
    expect(dueSteps({ ...trigger, updateEnd: 1 }, 100)).toEqual([40, 99]);
    expect(dueSteps({ ...trigger, updateEnd: 1 }, 101)).toEqual([40, 80, 100]);
    expect(dueSteps({ ...trigger, updateBegin: 0.5 }, 160)).toEqual([80, 120]);
  });

  it.each([
    { updateInterval: 0 },
    { updateInterval: 'often' },
    { updates: 0 },
    { updateBegin: 2 },
    { updateEnd: 0 },
  ])('refuses %j', (options) => {
    expect(() => recipe({ trigger: { use: 'step-interval', ...options } })).toThrow(
      /ESPALIER_INVALID_OPTION.*trigger "step-interval"/,
    );
  });
});

describe('epoch-end', () => {
  it('updates with the last step of every epoch but the last', () => {
    expect(dueSteps('epoch-end', 50, 10)).toEqual([9, 19, 29, 39]);
    expect(dueSteps({ use: 'epoch-end', lastEpoch: true }, 50, 10)).toEqual([9, 19, 29, 39, 49]);
    expect(dueSteps({ use: 'epoch-end', every: 2 }, 50, 10)).toEqual([19, 39]);
    expect(dueSteps('epoch-end', 3, 1)).toEqual([0, 1]);
  });
});

describe('interval-table', () => {
  it('changes the interval with epochs and ends when told', () => {
    const table = [
      [1, 5],
      [3, 10],
    ];
    expect(dueSteps({ use: 'interval-table', table }, 50, 10)).toEqual([10, 15, 20, 25, 30, 40]);
    expect(dueSteps({ use: 'interval-table', table, untilEpoch: 3 }, 50, 10)).toEqual([10, 15, 20, 25]);
  });

  it.each([
    [[[0, 0]]],
    [[[0]]],
    [
      [
        [2, 5],
        [1, 5],
      ],
    ],
    [['soon']],
  ])('refuses the table %j', (table) => {
    expect(() => recipe({ trigger: { use: 'interval-table', table } })).toThrow(/table has the row/);
  });
});

describe('never', () => {
  it('is never due', () => {
    expect(dueSteps('never', 300)).toEqual([]);
  });
});
