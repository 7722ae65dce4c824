import * as tf from '@tensorflow/tfjs';
import type { PoolAttributes } from './pool-attributes.js';
import { replaceKernel } from './replace-kernel.js';

/**
 * Replaces the gradient of maximum pooling by one loop over the windows, about twice as fast. Of equal pixels
 * the first one gets the gradient.
 */
export function registerMaxPoolGrad(): void {
  replaceKernel<PoolAttributes>('MaxPoolGrad', () => ({ dy, input }, attributes, backend) => {
    const { filterSize, strides, pad, dimRoundingMode } = attributes;
    const shape = input!.shape as tf.Tensor4D['shape'];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { inHeight, inWidth, outHeight, outWidth, padInfo } = info;
    const [examples, , , channels] = shape;
    const output = backend.makeOutput(shape, 'float32');
    const gradient = backend.typedArrayFromHeap(output).fill(0);
    const values = backend.typedArrayFromHeap(input!);
    const errors = backend.typedArrayFromHeap(dy!);
    let error = 0;
    for (let example = 0; example < examples; example++) {
      for (let outY = 0; outY < outHeight; outY++) {
        const y = outY * info.strideHeight - padInfo.top;
        const top = Math.max(0, y);
        const bottom = Math.min(inHeight, y + info.filterHeight);
        for (let outX = 0; outX < outWidth; outX++) {
          const x = outX * info.strideWidth - padInfo.left;
          const left = Math.max(0, x);
          const right = Math.min(inWidth, x + info.filterWidth);
          for (let c = 0; c < channels; c++) {
            let best = ((example * inHeight + top) * inWidth + left) * channels + c;
            for (let row = top; row < bottom; row++) {
              let at = ((example * inHeight + row) * inWidth + left) * channels + c;
              for (let column = left; column < right; column++, at += channels) {
                if (values[at]! > values[best]!) best = at;
              }
            }
            gradient[best]! += errors[error++]!;
          }
        }
      }
    }
    return output;
  });
}
