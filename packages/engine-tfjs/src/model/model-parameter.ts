import type { LayerDescription } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';

/** One weight tensor of a model. */
export interface ModelParameter {
  /** Unique in the model, e.g. `dense_1/kernel`. */
  readonly name: string;
  readonly variable: tf.Variable;
  /** Whether the optimizer changes it. */
  readonly trained: boolean;
  /** Whether weight decay applies. */
  readonly isKernel: boolean;
  /** Set for those that can be masked. */
  readonly layer?: LayerDescription;
}

/** The variable that a layer's weight stands for. */
export function variableOf(weight: tf.LayerVariable): tf.Variable {
  return weight.read() as tf.Variable;
}
