import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import snip from '../../one-shot/src/index.js';
import { decompose } from '../src/drift.js';
import { kendallTau } from '../src/kendall.js';
import { type GivenLayer, Hand } from './support/observed.js';

const shaped = (shape: readonly [number, number], count: number, i: number): GivenLayer => ({
  description: { name: `${i}`, kind: 'dense', shape },
  active: Array.from({ length: count }, (_, p) => p),
});
const SHAPES = [
  [20, 30],
  [30, 20],
  [20, 5],
] as const;
const layersWith = (counts: readonly number[]) => counts.map((count, i) => shaped(SHAPES[i]!, count, i));

describe('drift', () => {
  it('agrees with the golden case distance-to-allocation', () => {
    const { input, expected } = goldenCase('15_metrics', 'distance-to-allocation');
    const hand = new Hand({ observe: 'drift' }).start(layersWith(input.a)).steps(1);
    expect(hand.last.distance).toBe(0);
    expect(hand.update(layersWith(input.b)).last.distance).toBeCloseTo(expected.l1ShareDistance, 12);
  });

  it('tells a move to ERK from others', () => {
    // ERK gives each layer its inputs + units in proportion: 50, 50 and 25.
    const hand = new Hand({ observe: 'drift' }).start(layersWith([60, 60, 5])).steps(1);
    expect(hand.update(layersWith([50, 50, 25])).last).toMatchObject({
      along: expect.closeTo(1, 12),
      residual: expect.closeTo(0, 12),
    });
    expect(hand.steps(1).update(layersWith([55, 55, 15])).last).toMatchObject({
      along: expect.closeTo(0.5, 12),
      residual: expect.closeTo(0, 12),
    });
    expect(hand.steps(1).update(layersWith([70, 50, 5])).last).toMatchObject({
      along: expect.closeTo(0, 12),
      residual: expect.closeTo(Math.hypot(10, 10) / 125, 12),
      'rank-stability': expect.closeTo(2 / Math.sqrt(6), 12),
    });
  });

  it('takes another allocator, but none that looks at gradients', () => {
    const uniform = new Hand({ observe: { use: 'drift', toward: 'uniform' } }).start(
      layersWith([70, 50, 10]),
    );
    expect(uniform.steps(1).update(layersWith([60, 60, 10])).last.along).toBeCloseTo(1, 12);
    const observe = { use: 'drift', toward: 'snip' };
    expect(() => new Hand({ observe, plugins: [snip] }).start(layersWith([60, 60, 5]))).toThrow(
      /^\[ESPALIER_NO_ORACLE\] .*"snip"/,
    );
  });
});

describe('decompose', () => {
  // Down to a way that has no square.
  const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => (value < 1e-200 ? 0 : value));
  const shares = fc.array(share, { minLength: 3, maxLength: 3 });

  it('has parts that give the move back', () => {
    fc.assert(
      fc.property(shares, shares, shares, (start, now, target) => {
        const { along, residual } = decompose(start, now, target);
        const between = (a: readonly number[], b: readonly number[]) =>
          Math.hypot(...a.map((each, i) => each - b[i]!));
        expect(Math.hypot(along * between(target, start), residual)).toBeCloseTo(between(now, start), 9);
      }),
      {
        examples: [
          [
            [0, 0, 1.6e-162],
            [0, 0, 4.2e-8],
            [0, 0, 0],
          ],
        ],
      },
    );
  });

  it('finds nothing along the way to where one is', () => {
    expect(decompose([0.5, 0.5], [0.9, 0.1], [0.5, 0.5])).toEqual({
      along: 0,
      residual: Math.hypot(0.4, 0.4),
    });
  });
});

it.each([
  [[1, 2, 3], [10, 20, 30], 1],
  [[1, 2, 3], [3, 2, 1], -1],
  [[1, 2, 3, 4], [1, 3, 2, 4], 4 / 6],
  [[1, 1, 2], [1, 2, 3], 2 / Math.sqrt(6)],
  [[1, 1, 1], [1, 2, 3], 1],
  [[5], [7], 1],
])('kendallTau of %j and %j is %d', (a, b, tau) => {
  expect(kendallTau(a, b)).toBeCloseTo(tau, 12);
});
