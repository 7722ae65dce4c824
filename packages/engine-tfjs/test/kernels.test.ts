import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerTrainingKernels } from '../src/kernels/register.js';

beforeAll(async () => {
  tf.env().set('PROD', true);
  registerTrainingKernels();
  registerTrainingKernels();
  registerTrainingKernels('cpu');
  await tf.setBackend('wasm');
});

/** Values that no two kernels round alike by accident, in [-1, 1]. */
function values(shape: number[], seed: number): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin(i * 12.9898 + seed * 78.233),
  );
}

async function on(backend: string, compute: () => tf.Tensor[]): Promise<number[][]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const outputs = tf.tidy(compute);
  const results = outputs.map((tensor) => [...tensor.dataSync()]);
  for (const tensor of outputs) tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return results;
}

function expectClose(actual: number[][], expected: number[][]) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((values, i) => {
    expect(actual[i]!.length).toBe(values.length);
    const scale = Math.max(1, ...values.map(Math.abs));
    values.forEach((value, j) => {
      expect(Math.abs(actual[i]![j]! - value)).toBeLessThan(2e-5 * scale);
    });
  });
}

/** The wasm kernels against those of the cpu backend. */
async function compare(compute: () => tf.Tensor[]) {
  expectClose(await on('wasm', compute), await on('cpu', compute));
}

type Shape4 = [number, number, number, number];

const images = (shape: number[], seed: number): tf.Tensor4D =>
  tf.tensor<tf.Rank.R4>(values(shape, seed), shape as Shape4);

const convolutions: [string, Shape4, Shape4, [number, number], 'same' | 'valid' | number][] = [
  ['plain', [2, 6, 5, 3], [3, 3, 3, 4], [1, 1], 'valid'],
  ['same', [2, 6, 5, 3], [3, 2, 3, 4], [1, 1], 'same'],
  ['strided', [1, 7, 8, 2], [3, 3, 2, 3], [2, 2], 'same'],
  ['strided with pixels left over', [2, 8, 7, 2], [3, 2, 2, 3], [2, 3], 'valid'],
  ['pointwise', [3, 4, 4, 5], [1, 1, 5, 2], [1, 1], 'same'],
  ['wider than its stride', [1, 5, 5, 1], [2, 2, 1, 1], [3, 3], 'valid'],
  ['padded on purpose', [1, 5, 5, 2], [3, 3, 2, 2], [1, 1], 1],
  ['padded beyond the kernel', [1, 4, 4, 2], [2, 2, 2, 2], [1, 1], 2],
];

describe('convolution', () => {
  it.each(convolutions)('%s: gradients by input and filter', async (_, input, filter, strides, pad) => {
    await compare(() => {
      const run = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad);
      const x = images(input, 1);
      const w = images(filter, 2);
      return tf.grads(run)([x, w], images(run(x, w).shape, 3));
    });
  });

  it('transposed: gradients by input and filter', async () => {
    await compare(() => {
      const run = (x: tf.Tensor, w: tf.Tensor) =>
        tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 7, 7, 2], 2, 'same');
      return tf.grads(run)([images([2, 4, 4, 3], 1), images([3, 3, 2, 3], 2)], images([2, 7, 7, 2], 3));
    });
  });
});

describe('depthwise convolution', () => {
  const cases: [string, Shape4, Shape4, [number, number], 'same' | 'valid'][] = [
    ['plain', [2, 6, 5, 3], [3, 3, 3, 1], [1, 1], 'valid'],
    ['same with a multiplier', [2, 6, 5, 3], [3, 3, 3, 2], [1, 1], 'same'],
    ['strided', [2, 7, 8, 2], [3, 3, 2, 1], [2, 2], 'same'],
    ['strided with a multiplier', [1, 8, 8, 2], [3, 2, 2, 3], [2, 2], 'valid'],
  ];
  it.each(cases)('%s: gradients by input and filter', async (_, input, filter, strides, pad) => {
    await compare(() => {
      const run = (x: tf.Tensor, w: tf.Tensor) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad);
      const x = images(input, 1);
      const w = images(filter, 2);
      return tf.grads(run)([x, w], images(run(x, w).shape, 3));
    });
  });
});

describe('matrix products', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposed %s, %s', async (transposeA, transposeB) => {
    await compare(() => {
      const a = tf.tensor(values([2, 3, 4], 1), transposeA ? [2, 4, 3] : [2, 3, 4]);
      const b = tf.tensor(values([2, 4, 5], 2), transposeB ? [2, 5, 4] : [2, 4, 5]);
      return [tf.matMul(a, b, transposeA, transposeB)];
    });
  });
});

describe('pooling', () => {
  const cases: [number, number, 'same' | 'valid'][] = [
    [2, 2, 'valid'],
    [3, 2, 'valid'],
    [3, 1, 'same'],
    [3, 2, 'same'],
  ];
  it.each(cases)('maximum over %i with stride %i, %s', async (size, stride, pad) => {
    await compare(() => {
      const run = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, pad);
      const x = images([2, 7, 6, 3], 1);
      return [tf.grad(run)(x, images(run(x).shape, 2))];
    });
  });

  it('gives the gradient of equal pixels to the first', async () => {
    const [gradient] = await on('wasm', () => [
      tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(
        tf.zeros([1, 2, 2, 1]),
        tf.ones([1, 1, 1, 1]),
      ),
    ]);
    expect(gradient).toEqual([1, 0, 0, 0]);
  });

  describe.each(['wasm', 'cpu'])('on %s', (backend) => {
    it.each(cases)(
      'average over %i with stride %i, %s: the slope of the forward pass',
      async (size, stride, pad) => {
        await tf.setBackend(backend);
        const run = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, size, stride, pad);
        const x = images([1, 5, 4, 2], 1);
        const error = images(run(x).shape, 2);
        const gradient = tf.grad(run)(x, error).dataSync();
        // Linear in x: the response to one unit is the derivative itself.
        for (let i = 0; i < x.size; i++) {
          const unit = new Float32Array(x.size);
          unit[i] = 1;
          const response = tf.sum(tf.mul(run(tf.tensor(unit, x.shape)), error)).dataSync()[0]!;
          expect(gradient[i]).toBeCloseTo(response, 5);
        }
      },
    );
  });
});

describe('batch normalisation', () => {
  it('has the gradients of the formula written out, for images and for rows', async () => {
    await tf.setBackend('wasm');
    for (const shape of [
      [2, 3, 3, 4],
      [6, 4],
    ]) {
      const inputs = [shape, [4], [4], [4], [4]].map((s, i) => tf.tensor(values(s, i), s));
      inputs[2] = tf.add(tf.abs(inputs[2]!), 0.3);
      const error = tf.tensor(values(shape, 9), shape);
      const fused = tf.grads((x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          0.01,
        ),
      );
      const plain = tf.grads((x, mean, variance, offset, scale) =>
        tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.01))), scale), offset),
      );
      expectClose(
        fused(inputs, error).map((t) => [...t.dataSync()]),
        plain(inputs, error).map((t) => [...t.dataSync()]),
      );
    }
  });
});

describe('sums by segment', () => {
  it('adds rows up and leaves negative ids out', async () => {
    await compare(() => [
      tf.unsortedSegmentSum(tf.tensor(values([5, 3], 1), [5, 3]), tf.tensor1d([2, 0, 2, -1, 1], 'int32'), 4),
    ]);
  });

  it('serves the gradient of gather', async () => {
    await compare(() => [
      tf.grad((x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')))(
        tf.tensor(values([4, 2], 1), [4, 2]),
        tf.tensor(values([3, 2], 2), [3, 2]),
      ),
    ]);
  });
});
