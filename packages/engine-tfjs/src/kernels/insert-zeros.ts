import * as tf from '@tensorflow/tfjs';
import type { HeapBackend } from './replace-kernel.js';

/** Where {@link insertZeros} puts the pixels: strides between them, and a border of zeros around. */
export interface ZeroGrid {
  readonly strides: readonly [number, number];
  /** Rows above and columns left of the first pixel. */
  readonly before: readonly [number, number];
  /** Height and width of the result. */
  readonly size: readonly [number, number];
}

/**
 * Spreads images of [batch, height, width, channels] over a larger grid of zeros.
 *
 * One pass over the memory: padding between pixels by tf operations needs tensors of rank 6 and several copies.
 */
export function insertZeros(backend: HeapBackend, images: tf.Tensor4D, grid: ZeroGrid): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const [tall, wide] = grid.size;
  const info = backend.makeOutput([batch, tall, wide, channels], 'float32');
  const target = backend.typedArrayFromHeap(info).fill(0);
  const source = backend.typedArrayFromHeap(images);
  for (let example = 0; example < batch; example++) {
    for (let row = 0; row < height; row++) {
      const y = grid.before[0] + row * grid.strides[0];
      for (let column = 0; column < width; column++) {
        const x = grid.before[1] + column * grid.strides[1];
        const from = ((example * height + row) * width + column) * channels;
        target.set(source.subarray(from, from + channels), ((example * tall + y) * wide + x) * channels);
      }
    }
  }
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor4D;
}
