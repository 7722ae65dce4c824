import type * as tf from '@tensorflow/tfjs';
import type { NamedGradients } from './gradient-order.js';

/**
 * Sends the gradients of an optimizer elsewhere: `applyGradients`, and with it `minimize` and `model.fit`, call
 * `step` instead. Attach the model before, so that the attachment still reaches the optimizer itself.
 * @param step - gets what `applyGradients` was given
 * @returns puts the optimizer back as it was; harmless when repeated
 */
export function wrapOptimizer(
  optimizer: tf.Optimizer,
  step: (gradients: NamedGradients) => void,
): () => void {
  const own = Object.getOwnPropertyDescriptor(optimizer, 'applyGradients');
  const wrapper = (gradients: NamedGradients) => step(gradients);
  Object.defineProperty(optimizer, 'applyGradients', { value: wrapper, configurable: true, writable: true });
  return () => {
    if (optimizer.applyGradients !== wrapper) return;
    if (own) Object.defineProperty(optimizer, 'applyGradients', own);
    else Reflect.deleteProperty(optimizer, 'applyGradients');
  };
}
