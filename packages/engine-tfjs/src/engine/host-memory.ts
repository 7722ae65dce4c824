import * as tf from '@tensorflow/tfjs';

interface WithHeap {
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

/** Whether tensors live in memory that JavaScript reads and writes without a transfer. */
export function computesOnHost(): boolean {
  return tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';
}

/** A tensor's values without a copy where possible; to be read before the next tensor is made, never written. */
export function viewValues(tensor: tf.Tensor): Float32Array {
  const backend = tf.backend() as unknown as Partial<WithHeap>;
  return backend.typedArrayFromHeap?.(tensor) ?? (tensor.dataSync() as Float32Array);
}

/** A copy of a tensor's values. */
export function download(tensor: tf.Tensor): Float32Array {
  // The cpu backend gives its own array.
  return tensor.dataSync<'float32'>().slice();
}
