import * as tf from '@tensorflow/tfjs';
import { insertZeros } from './insert-zeros.js';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: [number, number, number, number];
}

/**
 * Replaces the gradient of a 2-D convolution by its input (a transposed convolution) with a plain convolution
 * of dy, spread by the stride, with the reversed filter: that one runs on XNNPACK, nearly ten times as fast.
 */
export function registerConv2dBackpropInput(): void {
  replaceKernel<Attributes>('Conv2DBackpropInput', (stock) => ({ dy, filter }, attributes, backend) => {
    const { strides, pad, dimRoundingMode, inputShape } = attributes;
    const weights = filter as tf.Tensor4D;
    const [rows, columns] = weights.shape;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      weights.shape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const before = [rows - 1 - info.padInfo.top, columns - 1 - info.padInfo.left] as const;
    if (attributes.dataFormat === 'NCHW' || before[0] < 0 || before[1] < 0) {
      return stock!({ dy: dy!, filter: weights }, attributes);
    }
    return tf.tidy(() => {
      const spread = insertZeros(backend, dy as tf.Tensor4D, {
        strides: [info.strideHeight, info.strideWidth],
        before,
        size: [inputShape[1] + rows - 1, inputShape[2] + columns - 1],
      });
      const reversed = tf.transpose(tf.reverse(weights, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
      return tf.conv2d(spread, reversed, 1, 'valid');
    });
  });
}
