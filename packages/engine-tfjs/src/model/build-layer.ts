import type { ResolvedNode } from '@espalier/architectures';
import * as tf from '@tensorflow/tfjs';
import { GroupedConv2d } from './grouped-conv2d.js';

type Pair = [number, number];

const ACTIVATIONS = { relu: 'relu', gelu: 'gelu_new', tanh: 'tanh', sigmoid: 'sigmoid' } as const;

/**
 * The layer of tf.layers that computes a node of an architecture.
 * @param outputShape - of one example
 */
export function buildLayer(node: ResolvedNode, outputShape: readonly number[]): tf.layers.Layer {
  switch (node.kind) {
    case 'dense':
      return tf.layers.dense({ units: node.units, useBias: node.bias, kernelInitializer: 'zeros' });
    case 'conv2d':
      return buildConvolution(node);
    case 'depthwiseConv2d':
      return tf.layers.depthwiseConv2d({
        kernelSize: [...node.kernelSize] as Pair,
        strides: [...node.strides] as Pair,
        padding: node.padding,
        depthMultiplier: node.depthMultiplier,
        useBias: node.bias,
        depthwiseInitializer: 'zeros',
      });
    case 'batchNorm':
      return tf.layers.batchNormalization({ momentum: node.momentum, epsilon: node.epsilon });
    case 'activation':
      if (node.activation === 'leakyRelu') return tf.layers.leakyReLU({ alpha: node.slope });
      return tf.layers.activation({ activation: ACTIVATIONS[node.activation] });
    case 'maxPool2d':
    case 'averagePool2d': {
      const build = node.kind === 'maxPool2d' ? tf.layers.maxPooling2d : tf.layers.averagePooling2d;
      return build({
        poolSize: [...node.poolSize] as Pair,
        strides: [...node.strides] as Pair,
        padding: node.padding,
      });
    }
    case 'globalAveragePool':
      return tf.layers.globalAveragePooling2d({});
    case 'globalMaxPool':
      return tf.layers.globalMaxPooling2d({});
    case 'flatten':
      return tf.layers.reshape({ targetShape: [...outputShape] });
    case 'dropout':
      return tf.layers.dropout({ rate: node.rate });
    case 'add':
      return tf.layers.add();
  }
}

function buildConvolution(node: Extract<ResolvedNode, { kind: 'conv2d' }>): tf.layers.Layer {
  const { filters, kernelSize, strides, padding, groups, bias: useBias } = node;
  if (groups > 1) return new GroupedConv2d({ filters, kernelSize, strides, padding, groups, useBias });
  return tf.layers.conv2d({
    filters,
    kernelSize: [...kernelSize] as Pair,
    strides: [...strides] as Pair,
    padding,
    useBias,
    kernelInitializer: 'zeros',
  });
}
