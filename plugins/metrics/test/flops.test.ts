import { type BackwardSet, definePlugin, type LayerDescription, strategy } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import mest from '../../mest/src/index.js';
import rigl from '../../rigl/src/index.js';
import set from '../../set/src/index.js';
import snfs from '../../snfs/src/index.js';
import { type GivenLayer, Hand } from './support/observed.js';

const { input, expected } = goldenCase('15_metrics', 'flops');
const upTo = (count: number) => Array.from({ length: count }, (_, position) => position);

/** The layers of the vector: a convolution, a depthwise one and a dense one. */
const LAYERS: readonly GivenLayer[] = input.layers.map(
  ({ type, shape, out, nnz }: { type: string; shape: number[]; out?: number[]; nnz: number }, i: number) => {
    const [units, inputs, ...kernel] = shape as [number, number, ...number[]];
    const outputPositions = out?.reduce((product, n) => product * n, 1) ?? 1;
    const description: LayerDescription =
      type === 'depthwise'
        ? { name: `${i}`, kind: 'depthwise', shape: [...kernel, units, 1], outputPositions }
        : {
            name: `${i}`,
            kind: type === 'conv' ? 'convolution' : 'dense',
            shape: [...kernel, inputs, units],
            outputPositions,
          };
    return { description, active: upTo(nnz) };
  },
);

it('agrees with the golden case flops', () => {
  const { last } = new Hand({ observe: 'flops' }).start(LAYERS);
  expect(last).toEqual({
    inference: expected.fS,
    'inference-by-layer': expected.perLayerSparse,
    'inference-share': expect.closeTo(expected.ratio, 12),
  });
});

describe('training', () => {
  const golden = goldenCase('15_metrics', 'training-flops-per-sample');
  const { fS, fD, interval } = golden.input;
  /** The mean over an interval of ordinary steps and the step of an update after them. */
  const training = (method: string, plugins = [set, rigl, snfs, mest]) =>
    new Hand({ observe: 'flops', method, plugins })
      .start(LAYERS)
      .steps(interval + 1)
      .update(LAYERS).last;

  it.each([
    ['static', 'static'],
    ['set', 'static'],
    ['mest', 'static'],
    ['rigl', 'rigl'],
    ['snfs', 'snfs'],
  ])('of %s agrees with the golden case', (method, of) => {
    const { training: perSample, 'training-share': share } = training(method);
    expect(perSample).toBeCloseTo(golden.expected[of], 6);
    expect(share).toBeCloseTo(golden.expected[of] / golden.expected.dense, 12);
  });

  it('of each layer adds up to that of all', () => {
    const { training: all, 'training-by-layer': layers } = training('rigl');
    expect((layers as number[]).reduce((sum, n) => sum + n, 0)).toBeCloseTo(all as number, 6);
  });

  it('counts dense gradients of every batch that is accumulated for an update', () => {
    const recipe = { accumulate: 4 };
    const hand = new Hand({ observe: 'flops', method: 'rigl', plugins: [rigl], recipe });
    hand.start(LAYERS).steps(10).update(LAYERS);
    expect(hand.last.training).toBeCloseTo((6 * 3 * fS + 4 * (2 * fS + fD)) / 10, 6);
    hand.steps(2).update(LAYERS);
    expect(hand.last.training).toBeCloseTo((6 * 3 * fS + 6 * (2 * fS + fD)) / 12, 6);
  });

  it('follows the density: each step costs what the topology of its time does', () => {
    const dense = { name: 'fc', kind: 'dense', shape: [10, 10] } as const;
    const at = (count: number): GivenLayer[] => [{ description: dense, active: upTo(count) }];
    const hand = new Hand({ observe: 'flops', method: 'static' }).start(at(100)).steps(3).update(at(40));
    expect(hand.last.training).toBeCloseTo(3 * 200, 9);
    hand.steps(1).look(at(40));
    expect(hand.last.training).toBeCloseTo((3 * 600 + 240) / 4, 9);
    hand.steps(2).update(at(10));
    expect(hand.last.training).toBeCloseTo((3 * 600 + 3 * 240) / 6, 9);
    expect(hand.last['training-share']).toBeCloseTo((3 * 600 + 3 * 240) / 6 / 600, 12);
  });

  const backward = (trained: BackwardSet['trained']) =>
    definePlugin({
      name: 'backward',
      api: 1,
      strategies: [
        strategy('backward', 'some', {}, { useFactory: () => ({ trained }) }, { summary: 'For this test.' }),
      ],
    });

  it.each([
    ['the strongest of the inactive', (layer) => layer.strongest(30), 40 + 30],
    ['as many as there are', (layer) => layer.strongest(1000), 100],
    ['all', () => 'all' as const, 100],
    ['none', () => new Uint32Array(0), 40],
  ] satisfies [string, BackwardSet['trained'], number][])(
    'counts gradients of inactive weights that are trained: %s',
    (_, trained, weights) => {
      const layers = [
        { description: { name: 'fc', kind: 'dense', shape: [10, 10] }, active: upTo(40) },
      ] as const;
      const hand = new Hand({
        observe: 'flops',
        plugins: [backward(trained)],
        recipe: { backward: { use: 'some' } },
      });
      hand.start(layers).steps(5).look(layers);
      expect(hand.last.training).toBeCloseTo(2 * (2 * 40 + weights), 9);
    },
  );

  it('is looked at after updates and at the end of each epoch', () => {
    const hand = new Hand({ observe: 'flops' });
    expect([hand.due(50, false), hand.due(50, true), hand.due(99, false)]).toEqual([false, true, true]);
  });
});
