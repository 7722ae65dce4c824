import * as tf from '@tensorflow/tfjs';

/** Gives a variable new values where the mask is true, everywhere without one. */
export function maskedAssign(variable: tf.Variable, values: tf.Tensor, mask: tf.Tensor | undefined): void {
  variable.assign(mask ? tf.where(mask, values, variable) : values);
}
