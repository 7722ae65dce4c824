import type { Architecture } from '@espalier/core';
import { mlp } from './mlp.js';

/**
 * LeNet-300-100: the perceptron 784-300-100-10 with ReLU, 266 200 weights without biases.
 *
 * Paper: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition",
 * Proceedings of the IEEE 86 (1998). Differs: ReLU in place of the sigmoid, logits in place of distances.
 */
export function lenet300100(): Architecture {
  return mlp({ layers: [784, 300, 100, 10], name: 'lenet-300-100' });
}
