import * as tf from '@tensorflow/tfjs';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * Supplies the gradient of a 2-D convolution by its filter, which the WASM backend lacks.
 *
 * It is a convolution itself: with the channels of x as examples, the examples as channels and dy as the
 * filter, dilated by the stride, the output has the spatial shape of the filter.
 */
export function registerConv2dBackpropFilter(): void {
  replaceKernel<Attributes>('Conv2DBackpropFilter', () => ({ x, dy }, attributes) => {
    const { strides, pad, dimRoundingMode, filterShape } = attributes;
    const input = x as tf.Tensor4D;
    const info = tf.backend_util.computeConv2DInfo(
      input.shape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = info;
    const [height, width] = [input.shape[1], input.shape[2]];
    // What the filter reads, exactly: padding is added and pixels that no window reaches are cut off.
    const usedHeight = (outHeight - 1) * strideHeight + filterShape[0];
    const usedWidth = (outWidth - 1) * strideWidth + filterShape[1];
    return tf.tidy(() => {
      const padded = tf.pad(input, [
        [0, 0],
        [padInfo.top, Math.max(0, usedHeight - height - padInfo.top)],
        [padInfo.left, Math.max(0, usedWidth - width - padInfo.left)],
        [0, 0],
      ]);
      const used = tf.slice(padded, [0, 0, 0, 0], [-1, usedHeight, usedWidth, -1]);
      const channelsFirst = tf.transpose(used, [3, 1, 2, 0]) as tf.Tensor4D;
      const filter = tf.transpose(dy!, [1, 2, 0, 3]) as tf.Tensor4D;
      const gradient = tf.conv2d(channelsFirst, filter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
      return tf.transpose(gradient, [1, 2, 0, 3]);
    });
  });
}
