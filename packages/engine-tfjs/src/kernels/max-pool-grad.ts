import type * as tf from '@tensorflow/tfjs';
import { forEachWindow, type PoolAttributes } from './pool-windows.js';
import { replaceKernel } from './replace-kernel.js';

/**
 * Replaces the gradient of maximum pooling by one loop over the windows, about twice as fast. Of equal pixels
 * the first one gets the gradient.
 */
export function registerMaxPoolGrad(): void {
  replaceKernel<PoolAttributes>('MaxPoolGrad', () => ({ dy, input }, attributes, backend) => {
    const shape = input!.shape as tf.Tensor4D['shape'];
    const channels = shape[3];
    const output = backend.makeOutput(shape, 'float32');
    const gradient = backend.typedArrayFromHeap(output).fill(0);
    const values = backend.typedArrayFromHeap(input!);
    const errors = backend.typedArrayFromHeap(dy!);
    forEachWindow(shape, attributes, ({ output: pixel, first, rows, columns, stride }) => {
      for (let c = 0; c < channels; c++) {
        let best = first * channels + c;
        let maximum = values[best]!;
        for (let row = 0; row < rows; row++) {
          let at = (first + row * stride) * channels + c;
          for (let column = 0; column < columns; column++, at += channels) {
            const value = values[at]!;
            if (value > maximum) {
              maximum = value;
              best = at;
            }
          }
        }
        gradient[best]! += errors[pixel * channels + c]!;
      }
    });
    return output;
  });
}
