import * as tf from '@tensorflow/tfjs';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * Makes matrix products with transposed factors transpose them first: the stock kernel hands only plain
 * products to XNNPACK and runs the transposed ones, which every backward pass needs, in a naive loop.
 */
export function registerBatchMatMul(): void {
  replaceKernel<Attributes>(
    'BatchMatMul',
    (stock) =>
      ({ a, b }, { transposeA, transposeB }) =>
        tf.tidy(() => {
          const left = transposeA ? transposed(a!) : a!;
          const right = transposeB ? transposed(b!) : b!;
          const info = stock!({ a: left, b: right }, { transposeA: false, transposeB: false });
          return tf.engine().makeTensorFromTensorInfo(info);
        }),
  );
}

function transposed(matrix: tf.Tensor): tf.Tensor {
  const axes = matrix.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(matrix, axes);
}
