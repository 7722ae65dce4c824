import type { ArchitectureNode, LayerDescription } from '@espalier/core';

/** What a parameter is for: kernels can be sparse, moving statistics are not trained. */
export type ParameterRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';

/** One tensor of a network's parameters. */
export interface ShapedParameter {
  /** `NODE/kernel`, `NODE/bias`, `NODE/gamma`, `NODE/beta`, `NODE/moving_mean`, `NODE/moving_variance`. */
  readonly name: string;
  /** The canonical shape: that of tf.layers. */
  readonly shape: readonly number[];
  /** Which part of its node the tensor is. */
  readonly role: ParameterRole;
  /** Set for kernels: what strategies get to know of them. */
  readonly layer?: LayerDescription;
}

type Resolved<N> = N extends unknown ? { readonly [K in keyof N]-?: N[K] } : never;

/** A node with every default filled in, its inputs by name included. */
export type ResolvedNode = Resolved<ArchitectureNode>;

/** One node with the shapes around it; shapes are of one example, without the batch. */
export interface ShapedNode {
  /** The node itself, every default spelled out. */
  readonly node: ResolvedNode;
  /** Names of the nodes whose outputs come in; `input` is the network's input. */
  readonly inputs: readonly string[];
  /** Aligned with `inputs`. */
  readonly inputShapes: readonly (readonly number[])[];
  /** Of one example, e.g. [24, 24, 6]. */
  readonly outputShape: readonly number[];
  /** In the order of tf.layers: kernel, bias; or gamma, beta, moving mean, moving variance. */
  readonly parameters: readonly ShapedParameter[];
}

/** An architecture whose consistency was checked, with all shapes. */
export interface ShapedArchitecture {
  /** The architecture's. */
  readonly name: string;
  /** Of one example, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** In order of evaluation; the last one gives the output. */
  readonly nodes: readonly ShapedNode[];
  /** Of one example: that of the last node, e.g. [10]. */
  readonly outputShape: readonly number[];
}
