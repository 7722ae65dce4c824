import * as tf from '@tensorflow/tfjs';
import { insertZeros } from './insert-zeros.js';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: [number, number, number, number];
}

/**
 * Supplies the gradient of a depthwise convolution by its input, which the WASM backend lacks: a depthwise
 * convolution of dy, spread by the stride, with the reversed filter, then summed over the depth multiplier.
 */
export function registerDepthwiseBackpropInput(): void {
  replaceKernel<Attributes>(
    'DepthwiseConv2dNativeBackpropInput',
    () =>
      ({ dy, filter }, attributes, backend) => {
        const { strides, pad, dimRoundingMode, inputShape } = attributes;
        const weights = filter as tf.Tensor4D;
        const [rows, columns, channels, multiplier] = weights.shape;
        const info = tf.backend_util.computeConv2DInfo(
          inputShape,
          weights.shape,
          strides,
          1,
          pad,
          dimRoundingMode,
          true,
        );
        return tf.tidy(() => {
          const spread = insertZeros(backend, dy as tf.Tensor4D, {
            strides: [info.strideHeight, info.strideWidth],
            before: [rows - 1 - info.padInfo.top, columns - 1 - info.padInfo.left],
            size: [inputShape[1] + rows - 1, inputShape[2] + columns - 1],
          });
          const taps = tf.reverse(weights, [0, 1]);
          const reversed = tf.reshape(taps, [rows, columns, channels * multiplier, 1]) as tf.Tensor4D;
          const perUnit = tf.depthwiseConv2d(spread, reversed, 1, 'valid');
          if (multiplier === 1) return perUnit;
          return tf.sum(tf.reshape(perUnit, [...inputShape, multiplier]), -1);
        });
      },
  );
}
