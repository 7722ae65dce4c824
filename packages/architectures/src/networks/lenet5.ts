import type { Architecture } from '@espalier/core';

/**
 * LeNet-5 for images of [28, 28, 1]: 5x5 convolutions of 6 (`same`) and 16 (`valid`) filters, each with ReLU and
 * 2x2 max-pooling, then dense layers of 120, 84 and 10.
 *
 * Paper: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document Recognition",
 * Proceedings of the IEEE 86 (1998). Differs: ReLU, max-pooling and full connections, as is usual now.
 */
export function lenet5(): Architecture {
  return {
    name: 'lenet5',
    inputShape: [28, 28, 1],
    nodes: [
      { kind: 'conv2d', name: 'conv2d_1', filters: 6, kernelSize: [5, 5], padding: 'same' },
      { kind: 'activation', name: 'activation_1', activation: 'relu' },
      { kind: 'maxPool2d', name: 'max_pool_1', poolSize: [2, 2] },
      { kind: 'conv2d', name: 'conv2d_2', filters: 16, kernelSize: [5, 5] },
      { kind: 'activation', name: 'activation_2', activation: 'relu' },
      { kind: 'maxPool2d', name: 'max_pool_2', poolSize: [2, 2] },
      { kind: 'flatten', name: 'flatten' },
      { kind: 'dense', name: 'dense_1', units: 120 },
      { kind: 'activation', name: 'activation_3', activation: 'relu' },
      { kind: 'dense', name: 'dense_2', units: 84 },
      { kind: 'activation', name: 'activation_4', activation: 'relu' },
      { kind: 'dense', name: 'dense_3', units: 10 },
    ],
  };
}
