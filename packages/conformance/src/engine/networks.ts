import type { Architecture } from '@espalier/core';

/** A network and how many values it gives for an example. */
export interface TestNetwork {
  /** The network. */
  readonly architecture: Architecture;
  /** Classes, or values per target. */
  readonly outputs: number;
}

/** Layers of several widths, dropout none: what the simplest checks use. */
export const PERCEPTRON: TestNetwork = {
  outputs: 3,
  architecture: {
    name: 'perceptron',
    inputShape: [7],
    nodes: [
      { kind: 'dense', name: 'fc1', units: 21 },
      { kind: 'activation', name: 'act1', activation: 'relu' },
      { kind: 'dense', name: 'fc2', units: 13 },
      { kind: 'activation', name: 'act2', activation: 'tanh' },
      { kind: 'dense', name: 'fc3', units: 3 },
    ],
  },
};

/** Small networks that have every kind of node between them. */
export const NETWORKS: readonly TestNetwork[] = [
  PERCEPTRON,
  {
    outputs: 3,
    architecture: {
      name: 'residual perceptron',
      inputShape: [6],
      nodes: [
        { kind: 'dropout', name: 'drop0', rate: 0.1 },
        { kind: 'dense', name: 'fc1', units: 5 },
        { kind: 'activation', name: 'act1', activation: 'gelu' },
        { kind: 'dropout', name: 'drop', rate: 0.25 },
        { kind: 'dense', name: 'fc2', units: 5, bias: false },
        { kind: 'activation', name: 'act2', activation: 'leakyRelu', slope: 0.1 },
        { kind: 'add', name: 'sum', inputs: ['act2', 'act1', 'act1'] },
        { kind: 'dense', name: 'fc3', units: 3 },
        { kind: 'activation', name: 'act3', activation: 'relu' },
      ],
    },
  },
  {
    outputs: 3,
    architecture: {
      name: 'normalised perceptron',
      inputShape: [6],
      nodes: [
        // Normalisation takes a bias away again: its gradient is nothing but rounding, which Adam would follow.
        { kind: 'dense', name: 'fc1', units: 5, bias: false },
        { kind: 'batchNorm', name: 'bn', momentum: 0.8 },
        { kind: 'activation', name: 'act', activation: 'sigmoid' },
        { kind: 'dense', name: 'fc2', units: 3 },
      ],
    },
  },
  {
    outputs: 3,
    architecture: {
      name: 'rows of pixels',
      inputShape: [3, 2, 4],
      nodes: [
        { kind: 'dense', name: 'a', units: 5 },
        { kind: 'activation', name: 'b', activation: 'relu' },
        { kind: 'dense', name: 'c', units: 6 },
        { kind: 'activation', name: 'd', activation: 'relu' },
        { kind: 'flatten', name: 'e' },
        { kind: 'dense', name: 'f', units: 3 },
      ],
    },
  },
  {
    outputs: 4,
    architecture: {
      name: 'convnet',
      inputShape: [9, 8, 4],
      nodes: [
        { kind: 'conv2d', name: 'conv', filters: 4, kernelSize: [3, 3], padding: 'same', bias: false },
        { kind: 'activation', name: 'act1', activation: 'relu' },
        { kind: 'conv2d', name: 'grouped', filters: 6, kernelSize: [3, 2], strides: [2, 1], groups: 2 },
        { kind: 'activation', name: 'act2', activation: 'tanh' },
        {
          kind: 'depthwiseConv2d',
          name: 'depthwise',
          kernelSize: [2, 3],
          depthMultiplier: 2,
          padding: 'same',
        },
        { kind: 'maxPool2d', name: 'max', poolSize: [2, 2], padding: 'same' },
        { kind: 'conv2d', name: 'perChannel', filters: 24, kernelSize: [2, 2], groups: 12, padding: 'same' },
        { kind: 'averagePool2d', name: 'mean', poolSize: [3, 3], strides: [2, 2], padding: 'same' },
        { kind: 'activation', name: 'act3', activation: 'sigmoid' },
        { kind: 'flatten', name: 'flat' },
        { kind: 'dense', name: 'head', units: 4 },
      ],
    },
  },
  {
    outputs: 3,
    architecture: {
      name: 'global pools',
      inputShape: [5, 5, 2],
      nodes: [
        { kind: 'depthwiseConv2d', name: 'a', kernelSize: [3, 3], strides: [2, 2], padding: 'same' },
        { kind: 'globalAveragePool', name: 'b' },
        { kind: 'conv2d', name: 'c', inputs: ['input'], filters: 2, kernelSize: [3, 3], strides: [2, 2] },
        { kind: 'globalMaxPool', name: 'd' },
        { kind: 'add', name: 'e', inputs: ['b', 'd'] },
        { kind: 'dense', name: 'f', units: 3 },
      ],
    },
  },
  {
    outputs: 3,
    architecture: {
      name: 'normalised convnet',
      inputShape: [6, 5, 2],
      nodes: [
        { kind: 'batchNorm', name: 'bn0', momentum: 0.7 },
        { kind: 'conv2d', name: 'a', filters: 3, kernelSize: [3, 3], padding: 'same', bias: false },
        { kind: 'batchNorm', name: 'bn1', momentum: 0.8 },
        { kind: 'activation', name: 'r', activation: 'relu' },
        { kind: 'conv2d', name: 'b', filters: 3, kernelSize: [3, 3], padding: 'same', bias: false },
        { kind: 'batchNorm', name: 'bn2', epsilon: 0.01 },
        { kind: 'add', name: 's', inputs: ['bn2', 'r', 'bn1'] },
        { kind: 'globalAveragePool', name: 'g' },
        { kind: 'dense', name: 'f', units: 3 },
      ],
    },
  },
];
