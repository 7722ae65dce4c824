import { describe, expect, it } from 'vitest';
import {
  compareTopologies,
  Exploration,
  forwardFlops,
  shareDistance,
  sum,
  trainingFlops,
} from '../src/index.js';
import { golden } from './golden.js';

const cases = new Map(golden('15_metrics').map((c) => [c.id, c]));
const positionsOf = (mask: number[]) => Uint32Array.from(mask.flatMap((on, i) => (on ? [i] : [])));

interface FlopCase {
  readonly out?: readonly [number, number];
  readonly nnz: number;
  readonly params: number;
}

describe('metrics agree with the golden case', () => {
  it('itop', () => {
    const { input, expected } = cases.get('itop')!;
    const [start, ...later] = input.masks.map(positionsOf);
    const exploration = new Exploration([start], [input.masks[0].length]);
    const rates = [exploration.rate];
    for (const mask of later) {
      exploration.add([mask]);
      rates.push(exploration.rate);
    }
    for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[i], 12);
  });

  it('overlap', () => {
    const { input, expected } = cases.get('overlap')!;
    expect(compareTopologies(positionsOf(input.a), positionsOf(input.b), input.a.length)).toEqual(expected);
  });

  it('flops', () => {
    const { input, expected } = cases.get('flops')!;
    const outputs = input.layers.map((l: FlopCase) => (l.out ? l.out[0] * l.out[1] : 1));
    const count = (key: 'nnz' | 'params') =>
      forwardFlops(
        input.layers.map((l: FlopCase, i: number) => ({ nonZeros: l[key], outputPositions: outputs[i] })),
      );
    expect(count('nnz')).toEqual(expected.perLayerSparse);
    expect(count('params')).toEqual(expected.perLayerDense);
    expect(sum(count('nnz')) / sum(count('params'))).toBeCloseTo(expected.ratio, 12);
  });

  it('training-flops-per-sample', () => {
    const { input, expected } = cases.get('training-flops-per-sample')!;
    expect(trainingFlops(input.fS, input.fD, input.interval)).toBeCloseTo(expected.rigl, 6);
  });

  it('distance-to-allocation', () => {
    const { input, expected } = cases.get('distance-to-allocation')!;
    expect(shareDistance(input.a, input.b)).toBeCloseTo(expected.l1ShareDistance, 12);
  });
});

it('two empty topologies are alike', () => {
  const none = Uint32Array.of();
  expect(compareTopologies(none, none, 4)).toMatchObject({ jaccard: 1, overlap: 1, hamming: 0 });
});
