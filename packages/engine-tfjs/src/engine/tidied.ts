import * as tf from '@tensorflow/tfjs';

/** `tf.tidy` for a body that gives anything but tensors: all tensors made inside end with it. */
export function tidied<T>(body: () => T): T {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}
