import * as tf from '@tensorflow/tfjs';

/** A topology in its 0/1 form: 1, or true, where a weight is active. */
export function maskOf(active: Uint32Array, shape: readonly number[], dtype: 'bool' | 'float32'): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const mask = dtype === 'bool' ? new Uint8Array(size) : new Float32Array(size);
  for (let i = 0; i < active.length; i++) mask[active[i]!] = 1;
  return tf.tensor(mask, [...shape], dtype);
}
