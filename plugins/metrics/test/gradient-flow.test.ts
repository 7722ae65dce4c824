import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import { type GivenLayer, Hand } from './support/observed.js';

const { input, expected } = goldenCase('15_metrics', 'gradient-flow');
const LAYERS: readonly GivenLayer[] = input.gradients.map((gradient: number[], i: number) => ({
  description: { name: `${i}`, kind: 'dense', shape: [1, gradient.length] },
  active: input.masks[i].flatMap((on: number, position: number) => (on ? [position] : [])),
  gradient,
}));

describe('gradient-flow', () => {
  it('agrees with the golden case', () => {
    const { last } = new Hand({ observe: 'gradient-flow' }).look(LAYERS);
    expect(last).toEqual({
      flow: expect.closeTo(expected.gradientFlow, 6),
      'flow-by-layer': expected.layerNorms.map((norm: number) => expect.closeTo(norm, 6)),
      'effective-flow': expect.closeTo(expected.effectiveGradientFlow, 6),
      'effective-flow-per-weight': expect.closeTo((5 / Math.sqrt(2) + 3 / Math.sqrt(3)) / 2, 6),
    });
  });

  it('measures what lies off the mask where it is asked to', () => {
    const { last } = new Hand({ observe: { use: 'gradient-flow', inactive: true } }).look(LAYERS);
    expect(last['inactive-share']).toBeCloseTo(Math.hypot(9, 5) / Math.hypot(3, 4, 9, 1, 2, 2, 5), 6);
    const still = LAYERS.map((layer) => ({ ...layer, gradient: layer.gradient!.map(() => 0) }));
    const { last: none } = new Hand({ observe: { use: 'gradient-flow', inactive: true } }).look(still);
    expect(none).toMatchObject({ 'inactive-share': 0, flow: 0 });
  });

  it('looks every so many steps, and refuses what is no number of them', () => {
    const hand = new Hand({ observe: { use: 'gradient-flow', every: 30 } });
    expect([0, 29, 30, 60].map((step) => hand.due(step, false))).toEqual([true, false, true, true]);
    expect(() => new Hand({ observe: { use: 'gradient-flow', every: 0.5 } })).toThrow('every is 0.5');
  });
});
