import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allPositions,
  allWithout,
  common,
  countLargestAcross,
  countLowestAcross,
  selectLargest,
  strongestOf,
  union,
  without,
} from '../src/index.js';

// Few distinct values make ties the rule; zeros of both signs and infinities are in order.
const score = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.float({ noNaN: true }),
);
const bySort = (scores: ArrayLike<number>, k: number) =>
  Array.from(scores, (s, i) => ({ s, i }))
    .sort((a, b) => (a.s === b.s ? a.i - b.i : b.s > a.s ? 1 : -1))
    .slice(0, k)
    .map(({ i }) => i)
    .sort((a, b) => a - b);

describe('selectLargest', () => {
  it.each([Float32Array, Float64Array])('is the sorted choice with ties to the lower index (%o)', (Type) => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), fc.nat(70), (values, k) => {
        const scores = Type.from(values);
        const copy = scores.slice();
        expect([...selectLargest(scores, k)]).toEqual(bySort(scores, k));
        expect(scores).toEqual(copy);
      }),
      { numRuns: 400 },
    );
  });

  it('tells doubles apart that share their upper word', () => {
    const scores = Float64Array.of(1, 1 + 2 ** -52, 1 + 2 ** -50, 1 + 2 ** -51, -1, -1 - 2 ** -52);
    expect([...selectLargest(scores, 2)]).toEqual([2, 3]);
    expect([...selectLargest(scores, 5)]).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses NaN', () => {
    expect(() => selectLargest(Float32Array.of(1, Number.NaN, 2), 1)).toThrow(/index 1 is NaN/);
    expect(() => selectLargest(Float64Array.of(1, Number.NaN, 2), 1)).toThrow(/index 1 is NaN/);
  });
});

describe('counts across layers', () => {
  it('give ties to the lower layer, and take from the higher layer first', () => {
    const lists = [Float32Array.of(1, 2), Float32Array.of(2, 2, 3)];
    expect(countLargestAcross(lists, 2)).toEqual([1, 1]);
    expect(countLargestAcross(lists, 3)).toEqual([1, 2]);
    expect(countLowestAcross(lists, 2)).toEqual([1, 1]);
    expect(countLowestAcross([Float32Array.of(1), Float64Array.of(1), Float32Array.of()], 1)).toEqual([
      0, 1, 0,
    ]);
  });
});

describe('strongestOf', () => {
  it('ranks absolute values of candidates only, zeros included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(0, -0, 1, -1), fc.float({ noNaN: true })), {
          minLength: 1,
          maxLength: 50,
        }),
        fc.nat(60),
        fc.array(fc.nat(49)),
        fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true })),
        (values, limit, out, atLeast) => {
          const dense = Float32Array.from(values);
          const excluded = Uint32Array.from(new Set(out.filter((p) => p < values.length))).sort();
          const eligible = [...dense.keys()].filter(
            (p) => !excluded.includes(p) && Math.abs(dense[p]!) >= atLeast,
          );
          const order = eligible.sort((a, b) => Math.abs(dense[b]!) - Math.abs(dense[a]!) || a - b);
          const expected = order.slice(0, limit).sort((a, b) => a - b);
          const { positions, scores } = strongestOf(dense, limit, excluded, atLeast);
          expect([...positions]).toEqual(expected);
          expect([...scores]).toEqual(expected.map((p) => Math.abs(dense[p]!)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('names the position of a NaN, unless it is no candidate', () => {
    const dense = Float32Array.of(1, Number.NaN, 3);
    expect(() => strongestOf(dense, 1, Uint32Array.of(), 0)).toThrow(/position 1 is NaN/);
    expect([...strongestOf(dense, 1, Uint32Array.of(1), 0).positions]).toEqual([2]);
  });
});

describe('position sets', () => {
  it('behave as sets', () => {
    const set = fc.array(fc.nat(30)).map((a) => Uint32Array.from(new Set(a)).sort());
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect([...without(a, b)]).toEqual([...a].filter((p) => !b.includes(p)));
        expect(allWithout(31, a)).toEqual(without(allPositions(31), a));
        expect([...common(a, b)]).toEqual([...a].filter((p) => b.includes(p)));
        expect([...union(a, b)]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
      }),
    );
  });
});
