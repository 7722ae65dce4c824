import type { ArchitectureNode } from '@espalier/core';
import { flattenShape, globalPoolShape } from './collapse.js';
import { conv2dShape, depthwiseShape, pool2dShape } from './convolution.js';
import { denseShape } from './dense.js';
import { activationShape, addShape, batchNormShape, dropoutShape } from './elementwise.js';
import type { NodeOf, ShapeRule } from './shape-rule.js';

/** The rule of every kind of node. */
export const SHAPE_RULES: { readonly [K in ArchitectureNode['kind']]: ShapeRule<NodeOf<K>> } = {
  dense: denseShape,
  conv2d: conv2dShape,
  depthwiseConv2d: depthwiseShape,
  batchNorm: batchNormShape,
  activation: activationShape,
  maxPool2d: pool2dShape,
  averagePool2d: pool2dShape,
  globalAveragePool: globalPoolShape,
  globalMaxPool: globalPoolShape,
  flatten: flattenShape,
  dropout: dropoutShape,
  add: addShape,
};
