import type { LayerDescription } from '@espalier/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import { type GivenLayer, Hand } from './support/observed.js';

const onesOf = (mask: readonly number[]) => mask.flatMap((on, position) => (on ? [position] : []));
const single = (mask: readonly number[], dense = false): GivenLayer => ({
  description: { name: 'fc', kind: 'dense', shape: [1, mask.length] },
  active: onesOf(mask),
  dense,
});
const others: GivenLayer = {
  ...single([1, 1, 1], true),
  description: { name: 'out', kind: 'dense', shape: [3, 1] },
};

describe('exploration', () => {
  it('agrees with the golden case itop, layers kept dense left out', () => {
    const { input, expected } = goldenCase('15_metrics', 'itop');
    const [start, ...later] = input.masks.map((mask: number[]) => [single(mask), others]);
    const hand = new Hand({ observe: 'exploration' }).start(start);
    const rates = [hand.last.rate];
    for (const layers of later) rates.push(hand.steps(1).update(layers, { grown: 1 }).last.rate);
    for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[i], 12);
    // Two of six at the start and one more in either update; the last of them had never been there.
    expect(hand.last.bound).toBeCloseTo(4 / 6, 12);
    expect(hand.last['rate-by-layer']).toEqual([expect.closeTo(expected.at(-1), 12)]);
  });

  it('never falls, nor exceeds its bound', () => {
    const masks = fc.array(fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 }), { minLength: 1 });
    fc.assert(
      fc.property(masks, (given) => {
        const hand = new Hand({ observe: 'exploration' }).start([single(given[0]!)]);
        let before = hand.last.rate as number;
        for (const [i, mask] of given.slice(1).entries()) {
          const grown = mask.filter((on, position) => on && !given[i]![position]).length;
          const { rate, bound } = hand.steps(1).update([single(mask)], { grown }).last;
          expect(rate).toBeGreaterThanOrEqual(before);
          expect(rate).toBeLessThanOrEqual((bound as number) + 1e-12);
          before = rate as number;
        }
      }),
    );
  });

  it('measures nothing where nothing is sparse', () => {
    expect(new Hand({ observe: 'exploration' }).start([others]).last).toEqual({});
  });
});

describe('mask-change', () => {
  it('agrees with the golden case overlap', () => {
    const { input, expected } = goldenCase('15_metrics', 'overlap');
    const { last } = new Hand({ observe: 'mask-change' })
      .start([single(input.a)])
      .steps(1)
      .update([single(input.b)]);
    expect(last.hamming).toBe(expected.hamming);
    expect(last['hamming-share']).toBeCloseTo(expected.hammingNormalised, 12);
    expect(last.jaccard).toBeCloseTo(expected.jaccard, 12);
    expect(last.overlap).toBeCloseTo(expected.overlap, 12);
    expect(last.turnover).toBe(0.5);
  });

  it('tells whether change lasts', () => {
    const hand = new Hand({ observe: 'mask-change' }).start([single([1, 1, 1, 1, 0, 0, 0, 0]), others]);
    expect(hand.last).toEqual({});

    // 2 and 3 leave for 4 and 5; one more left and came back at once.
    hand.steps(1).update([single([1, 1, 0, 0, 1, 1, 0, 0]), others], { returned: 1 });
    expect(hand.last).toMatchObject({ survival: 0.5, 'mean-age': 0.5, 'turnover-by-layer': [0.5] });
    expect(hand.last['return-rate']).toBeCloseTo(1 / 3, 12);
    expect(hand.last).not.toHaveProperty('regret');

    // 5 leaves again, and 2 comes back with 6 and 7.
    hand.steps(1).update([single([1, 1, 1, 0, 1, 0, 1, 1]), others]);
    expect(hand.last).toMatchObject({ survival: 0.75, regret: 0.5, turnover: 0.5 });
    expect(hand.last['return-rate']).toBeCloseTo(1 / 3, 12);
    expect(hand.last['mean-age']).toBeCloseTo((2 + 2 + 0 + 1 + 0 + 0) / 6, 12);

    // Nothing changes.
    hand.steps(1).update([single([1, 1, 1, 0, 1, 0, 1, 1]), others]);
    expect(hand.last).toMatchObject({ hamming: 0, jaccard: 1, turnover: 0, regret: 0 });
    expect(hand.last).not.toHaveProperty('return-rate');
  });
});

describe('density', () => {
  it('counts weights by layer, unit and input', () => {
    // Units 0 and 1 of three inputs; the last unit of `out` is what is left dense.
    const description: LayerDescription = { name: 'fc', kind: 'dense', shape: [3, 2] };
    const layers = [{ description, active: [0, 1, 2] }, others];
    expect(new Hand({ observe: 'density' }).start(layers).last).toEqual({
      density: 0.5,
      'density-by-layer': [0.5, 1],
      'share-by-layer': [0.5, 0.5],
      'fan-in-min-by-layer': [1, 3],
      'fan-in-mean-by-layer': [1.5, 3],
      'fan-in-max-by-layer': [2, 3],
      'fan-out-min-by-layer': [0, 1],
      'fan-out-mean-by-layer': [1, 1],
      'fan-out-max-by-layer': [2, 1],
    });
  });

  it('counts by channel in convolutions', () => {
    const description: LayerDescription = { name: 'conv', kind: 'convolution', shape: [2, 1, 2, 2] };
    // Positions (k, i, u): (0,0,0) (0,1,0) (1,0,0) (1,1,1)
    const { last } = new Hand({ observe: 'density' }).start([{ description, active: [0, 2, 4, 7] }]);
    expect(last).toMatchObject({ 'fan-in-max-by-layer': [3], 'fan-in-min-by-layer': [1] });
    expect(last).toMatchObject({ 'fan-out-max-by-layer': [2], 'fan-out-min-by-layer': [2] });
  });
});
