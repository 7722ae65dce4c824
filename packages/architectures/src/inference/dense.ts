import type { DenseNode } from '@espalier/core';
import { sizeOf } from '../shape.js';
import { kernelAndBias } from './kernel-and-bias.js';
import type { ShapeRule } from './shape-rule.js';

/** Dense: the last axis becomes `units`, the others stay. */
export const denseShape: ShapeRule<DenseNode> = (node, site) => {
  const shape = site.shape();
  const inputs = shape.at(-1) as number;
  const units = site.positiveInteger('units', node.units);
  const bias = site.flag('bias', node.bias ?? true);
  const leading = shape.slice(0, -1);
  return {
    node: { kind: 'dense', name: node.name, inputs: site.inputs, units, bias },
    outputShape: [...leading, units],
    parameters: kernelAndBias(
      {
        name: `${node.name}/kernel`,
        kind: 'dense',
        shape: [inputs, units],
        outputPositions: sizeOf(leading),
      },
      bias ? units : 0,
    ),
  };
};
