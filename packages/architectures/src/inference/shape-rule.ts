import type { ArchitectureNode } from '@espalier/core';
import type { NodeSite } from './node-site.js';
import type { ResolvedNode, ShapedParameter } from './shaped.js';

/** The node of one kind. */
export type NodeOf<K extends ArchitectureNode['kind']> = Extract<ArchitectureNode, { readonly kind: K }>;

/** What a node's rule finds out. */
interface Inferred {
  readonly node: ResolvedNode;
  readonly outputShape: readonly number[];
  readonly parameters: readonly ShapedParameter[];
}

/** Checks a node of some kinds, fills in its defaults and finds its shapes. */
export type ShapeRule<N extends ArchitectureNode> = (node: N, site: NodeSite) => Inferred;
