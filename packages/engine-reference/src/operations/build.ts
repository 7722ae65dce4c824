import { type ShapedNode, sizeOf } from '@espalier/architectures';
import { describeLayer, type LayerDescription, type Padding } from '@espalier/core';
import type { Parameter } from '../parameter.js';
import { activation } from './activation.js';
import { batchNorm } from './batch-norm.js';
import { linear } from './linear.js';
import type { Operation } from './operation.js';
import { slidePixels } from './pixels.js';
import { averagePool, maxPool } from './pool.js';
import { add, dropout, identity } from './simple.js';

/**
 * Makes the operation of a node.
 * @param parameters - the node's own, aligned with `shaped.parameters`
 */
export function buildOperation(shaped: ShapedNode, parameters: readonly Parameter[]): Operation {
  const { node, inputShapes } = shaped;
  const input = inputShapes[0] as readonly number[];
  const [height, width, channels] = input as readonly [number, number, number];
  const [first, second, third, fourth] = parameters as [Parameter, Parameter, Parameter, Parameter];
  const slide = (window: readonly [number, number], strides: readonly [number, number], padding: Padding) =>
    slidePixels([height, width], window, strides, padding);

  switch (node.kind) {
    case 'dense': {
      const rows = sizeOf(input.slice(0, -1));
      return linear(layerOf(shaped), slidePixels([1, rows], [1, 1], [1, 1], 'valid'), first, second);
    }
    case 'conv2d':
    case 'depthwiseConv2d':
      return linear(layerOf(shaped), slide(node.kernelSize, node.strides, node.padding), first, second);
    case 'batchNorm': {
      const tensors = { gamma: first, beta: second, movingMean: third, movingVariance: fourth };
      return batchNorm(tensors, node.momentum, node.epsilon);
    }
    case 'activation':
      return activation(node.activation, node.slope);
    case 'maxPool2d':
      return maxPool(slide(node.poolSize, node.strides, node.padding), channels);
    case 'averagePool2d':
      return averagePool(slide(node.poolSize, node.strides, node.padding), channels);
    case 'globalMaxPool':
      return maxPool(slide([height, width], [1, 1], 'valid'), channels);
    case 'globalAveragePool':
      return averagePool(slide([height, width], [1, 1], 'valid'), channels);
    case 'flatten':
      return identity;
    case 'dropout':
      return dropout(node.name, node.rate);
    case 'add':
      return add;
  }
}

function layerOf({ parameters }: ShapedNode) {
  return describeLayer(parameters[0]?.layer as LayerDescription, 0);
}
