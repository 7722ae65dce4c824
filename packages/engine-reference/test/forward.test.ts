import type { Architecture, ArchitectureNode } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { engineOf, network, regression, request } from './support.js';

const name = 'n';

/** The mean squared error against the expected output is 0 where the output is the expected one. */
async function expectOutput(
  architecture: Architecture,
  kernel: readonly number[] | undefined,
  inputs: readonly number[],
  expected: readonly number[],
  size = 1,
) {
  const start =
    kernel === undefined
      ? []
      : [
          {
            name: `${name}/kernel`,
            active: Uint32Array.from(kernel.keys()),
            weights: Float32Array.from(kernel),
          },
        ];
  const engine = await engineOf(architecture, { start });
  const predicted = await engine.predict?.(Float32Array.from(inputs), size);
  expect(predicted?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(predicted![i]! / Math.max(1, Math.abs(value))).toBeCloseTo(
      value / Math.max(1, Math.abs(value)),
      5,
    );
  });
  const right = await engine.evaluate(regression(inputs, expected, size));
  expect(right.loss).toBeLessThan(1e-12);
  const wrong = await engine.evaluate(
    regression(
      inputs,
      expected.map((value) => value + 1),
      size,
    ),
  );
  expect(wrong.loss / size).toBeCloseTo(1, 5);
}

const image = (node: ArchitectureNode, shape: readonly number[] = [3, 3, 1]) => network(shape, node);
const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('outputs computed by hand', () => {
  it('dense: x W, kernel [inputs, units]', () =>
    expectOutput(network([2], { kind: 'dense', name, units: 3 }), [1, 2, 3, 4, 5, 6], [10, 1], [14, 25, 36]));

  it('conv2d: no flip of the kernel', () =>
    expectOutput(
      image({ kind: 'conv2d', name, filters: 1, kernelSize: [2, 2] }),
      [1, 10, 100, 1000],
      nine,
      [5421, 6532, 8754, 9865],
    ));

  it('conv2d: same padding puts the odd pixel at the end', () =>
    expectOutput(
      image({ kind: 'conv2d', name, filters: 1, kernelSize: [2, 2], padding: 'same' }),
      [1, 10, 100, 1000],
      nine,
      [5421, 6532, 603, 8754, 9865, 906, 87, 98, 9],
    ));

  it('conv2d: strides with same padding', () =>
    expectOutput(
      image({ kind: 'conv2d', name, filters: 1, kernelSize: [3, 3], strides: [2, 2], padding: 'same' }),
      [1, 1, 1, 1, 1, 1, 1, 1, 1],
      nine,
      [12, 16, 24, 28],
    ));

  it('conv2d: each group of filters sees its own channels', () =>
    expectOutput(
      image({ kind: 'conv2d', name, filters: 2, kernelSize: [1, 1], groups: 2 }, [1, 1, 4]),
      // [kh, kw, inputs / groups, filters]: filter 0 has weights 1, 3 for channels 0, 1; filter 1 has 2, 4 for 2, 3.
      [1, 2, 3, 4],
      [1, 10, 100, 1000],
      [31, 4200],
    ));

  it('depthwiseConv2d: unit = channel x multiplier + m', () =>
    expectOutput(
      image({ kind: 'depthwiseConv2d', name, kernelSize: [1, 1], depthMultiplier: 2 }, [1, 1, 2]),
      [1, 2, 3, 4],
      [10, 100],
      [10, 20, 300, 400],
    ));

  it('maxPool2d', () =>
    expectOutput(
      image({ kind: 'maxPool2d', name, poolSize: [2, 2], padding: 'same' }),
      undefined,
      nine,
      [5, 6, 8, 9],
    ));

  it('maxPool2d does not take padding for zeros', () =>
    expectOutput(
      image({ kind: 'maxPool2d', name, poolSize: [2, 2], padding: 'same' }),
      undefined,
      nine.map((value) => -value),
      [-1, -3, -7, -9],
    ));

  it('averagePool2d leaves padding out', () =>
    expectOutput(
      image({ kind: 'averagePool2d', name, poolSize: [2, 2], padding: 'same' }),
      undefined,
      nine,
      [3, 4.5, 7.5, 9],
    ));

  it('global pools', async () => {
    await expectOutput(image({ kind: 'globalAveragePool', name }), undefined, nine, [5]);
    await expectOutput(image({ kind: 'globalMaxPool', name }), undefined, nine, [9]);
  });

  it('activations', async () => {
    const of = (activation: 'relu' | 'leakyRelu' | 'gelu' | 'tanh' | 'sigmoid', expected: number[]) =>
      expectOutput(network([3], { kind: 'activation', name, activation }), undefined, [-2, 0, 1], expected);
    await of('relu', [0, 0, 1]);
    await of('leakyRelu', [-0.4, 0, 1]);
    await of('gelu', [-0.0454023, 0, 0.841192]);
    await of('tanh', [-0.964027580075817, 0, 0.761594155955765]);
    await of('sigmoid', [0.119202922022118, 0.5, 0.731058578630005]);
  });

  it('dropout passes everything at evaluation', () =>
    expectOutput(network([2], { kind: 'dropout', name, rate: 0.9 }), undefined, [3, 4], [3, 4]));

  it('add', () =>
    expectOutput(
      network([2], { kind: 'add', name, inputs: ['input', 'input', 'input'] }),
      undefined,
      [3, 4],
      [9, 12],
    ));
});

describe('batchNorm', () => {
  const node: ArchitectureNode = { kind: 'batchNorm', name, momentum: 0.5, epsilon: 1 };
  const batch = regression([0, 0, 4, 2], [0, 0, 0, 0], 2);

  it('uses the moving statistics at evaluation: mean 0 and variance 1 at the start', () =>
    expectOutput(network([1], { ...node, epsilon: 3 }), undefined, [4], [2]));

  it('moves towards the batch mean and the biased variance, as tf.layers does', async () => {
    const engine = await engineOf(network([2], node));
    await engine.trainStep(batch, request(0, { updateWeights: false }));
    const { parameters } = await engine.save();
    expect([...(parameters['n/moving_mean']?.data ?? [])]).toEqual([1, 0.5]);
    expect([...(parameters['n/moving_variance']?.data ?? [])]).toEqual([2.5, 1]);
    expect([...(parameters['n/gamma']?.data ?? [])]).toEqual([1, 1]);
  });

  it('normalises by the batch itself while training', async () => {
    const engine = await engineOf(network([1], { ...node, epsilon: 1e-12 }));
    const { loss } = await engine.trainStep(regression([1, 3], [-1, 1], 2), request(0));
    expect(loss).toBeLessThan(1e-12);
  });
});
