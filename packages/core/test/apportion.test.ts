import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion, ceilCount, EspalierError, floorCount, sum } from '../src/index.js';
import { golden } from './golden.js';

describe('apportion', () => {
  it.each(golden('01_apportion'))('agrees with the golden case $id', ({ input, expected }) => {
    const bounds = {
      ...(input.floors === null ? {} : { floors: input.floors }),
      ...(input.caps === null ? {} : { caps: input.caps }),
    };
    expect(apportion(input.targets, input.budget, bounds)).toEqual(expected);
  });

  const problem = fc
    .array(
      fc.record({ target: fc.double({ min: 0, max: 60, noNaN: true }), cap: fc.nat(400), floor: fc.nat(20) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .chain((entries) => {
      const caps = entries.map((e) => e.cap);
      const floors = entries.map((e) => Math.min(e.floor, e.cap));
      return fc.record({
        targets: fc.constant(entries.map((e) => e.target)),
        caps: fc.constant(caps),
        floors: fc.constant(floors),
        budget: fc.integer({ min: sum(floors), max: sum(caps) }),
      });
    });

  it('meets the budget exactly within floors and caps, one weight at a time by largest remainder', () => {
    fc.assert(
      fc.property(problem, ({ targets, budget, floors, caps }) => {
        const counts = apportion(targets, budget, { floors, caps });
        expect(sum(counts)).toBe(budget);
        expect(counts).toEqual(oneByOne(targets, budget, floors, caps));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a budget outside the bounds', () => {
    expect(() => apportion([1, 1], 5, { caps: [2, 2] })).toThrow(EspalierError);
    expect(() => apportion([1, 1], 1, { floors: [1, 1] })).toThrow(/ESPALIER_INFEASIBLE_BUDGET.*2 in all/);
  });
});

describe('counts from fractions', () => {
  it('are guarded against binary fractions', () => {
    const cases = golden('06_schedules').find((c) => c.id === 'counts-with-float-guard')!;
    const counts = cases.input.pairs.map(([f, n]: [number, number]) => [floorCount(f * n), ceilCount(f * n)]);
    expect(counts).toEqual(cases.expected);
  });
});

/** The definition, as it stands in words. */
function oneByOne(targets: number[], budget: number, floors: number[], caps: number[]): number[] {
  const q = targets.map((t, i) => Math.min(Math.max(Math.floor(t + 1e-9), floors[i]!), caps[i]!));
  const excess = (i: number) => targets[i]! - q[i]!;
  while (sum(q) < budget) {
    const open = q.map((_, i) => i).filter((i) => q[i]! < caps[i]!);
    q[open.reduce((a, b) => (excess(b) > excess(a) ? b : a))]!++;
  }
  while (sum(q) > budget) {
    const open = q.map((_, i) => i).filter((i) => q[i]! > floors[i]!);
    q[open.reduce((a, b) => (excess(b) < excess(a) ? b : a))]!--;
  }
  return q;
}
