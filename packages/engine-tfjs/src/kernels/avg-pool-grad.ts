import type * as tf from '@tensorflow/tfjs';
import { forEachWindow, type PoolAttributes } from './pool-windows.js';
import { replaceKernel } from './replace-kernel.js';

/**
 * Replaces the gradient of average pooling. The stock one divides by the whole window even where the forward
 * pass, which leaves padding out, divided by fewer pixels: with `same` padding it is wrong at the border.
 */
export function registerAvgPoolGrad(): void {
  replaceKernel<PoolAttributes>('AvgPoolGrad', () => ({ dy, input }, attributes, backend) => {
    const shape = input!.shape as tf.Tensor4D['shape'];
    const channels = shape[3];
    const output = backend.makeOutput(shape, 'float32');
    const gradient = backend.typedArrayFromHeap(output).fill(0);
    const errors = backend.typedArrayFromHeap(dy!);
    forEachWindow(shape, attributes, ({ output: pixel, first, rows, columns, stride }) => {
      const share = 1 / (rows * columns);
      for (let row = 0; row < rows; row++) {
        let at = (first + row * stride) * channels;
        for (let column = 0; column < columns; column++) {
          for (let c = 0; c < channels; c++, at++) gradient[at]! += errors[pixel * channels + c]! * share;
        }
      }
    });
    return output;
  });
}
