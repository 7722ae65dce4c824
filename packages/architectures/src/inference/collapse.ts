import type { FlattenNode, GlobalPoolNode } from '@espalier/core';
import { sizeOf } from '../shape.js';
import type { ShapeRule } from './shape-rule.js';

/** Global pooling: [h, w, c] to [c]. */
export const globalPoolShape: ShapeRule<GlobalPoolNode> = (node, site) => ({
  node: { kind: node.kind, name: node.name, inputs: site.inputs },
  outputShape: [site.image()[2]],
  parameters: [],
});

/** Flatten: any shape to one axis, row-major. */
export const flattenShape: ShapeRule<FlattenNode> = (node, site) => ({
  node: { kind: 'flatten', name: node.name, inputs: site.inputs },
  outputShape: [sizeOf(site.shape())],
  parameters: [],
});
