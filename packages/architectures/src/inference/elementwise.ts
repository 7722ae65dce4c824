import type { ActivationNode, AddNode, BatchNormNode, DropoutNode } from '@espalier/core';
import { ACTIVATIONS } from '../activations.js';
import { sameShape, showShape } from '../shape.js';
import type { ShapeRule } from './shape-rule.js';
import type { ShapedParameter } from './shaped.js';

/** Activation: the shape stays. */
export const activationShape: ShapeRule<ActivationNode> = (node, site) => ({
  node: {
    kind: 'activation',
    name: node.name,
    inputs: site.inputs,
    activation: site.oneOf('activation', node.activation, ACTIVATIONS),
    slope: site.number('slope', node.slope ?? 0.2, () => true, 'a finite number'),
  },
  outputShape: site.shape(),
  parameters: [],
});

/** Dropout: the shape stays. */
export const dropoutShape: ShapeRule<DropoutNode> = (node, site) => ({
  node: {
    kind: 'dropout',
    name: node.name,
    inputs: site.inputs,
    rate: site.number('rate', node.rate, (rate) => rate >= 0 && rate < 1, 'a number in [0, 1)'),
  },
  outputShape: site.shape(),
  parameters: [],
});

/** Batch normalisation: the shape stays; four parameters of one value per channel. */
export const batchNormShape: ShapeRule<BatchNormNode> = (node, site) => {
  const shape = site.shape();
  const channels = shape.slice(-1);
  const parameters: ShapedParameter[] = [
    { name: `${node.name}/gamma`, shape: channels, role: 'gamma' },
    { name: `${node.name}/beta`, shape: channels, role: 'beta' },
    { name: `${node.name}/moving_mean`, shape: channels, role: 'movingMean' },
    { name: `${node.name}/moving_variance`, shape: channels, role: 'movingVariance' },
  ];
  return {
    node: {
      kind: 'batchNorm',
      name: node.name,
      inputs: site.inputs,
      momentum: site.number('momentum', node.momentum ?? 0.99, (m) => m >= 0 && m <= 1, 'a number in [0, 1]'),
      epsilon: site.number('epsilon', node.epsilon ?? 0.001, (e) => e > 0, 'a positive number'),
    },
    outputShape: shape,
    parameters,
  };
};

/** Sum: all inputs have one shape, and so has the output. */
export const addShape: ShapeRule<AddNode> = (node, site) => {
  const [first, ...others] = site.inputShapes;
  if (first === undefined || others.length === 0) {
    return site.fail(`it adds two inputs or more, but has ${site.inputs.length}; name them in "inputs".`);
  }
  const odd = others.findIndex((shape) => !sameShape(shape, first)) + 1;
  if (odd > 0) {
    site.fail(
      `it adds inputs of equal shape, but "${site.inputs[0]}" gives ${showShape(first)} and ` +
        `"${site.inputs[odd]}" gives ${showShape(site.inputShapes[odd] ?? [])}.`,
    );
  }
  return { node: { kind: 'add', name: node.name, inputs: site.inputs }, outputShape: first, parameters: [] };
};
