/** A nonlinearity. `gelu` is the tanh form, `leakyRelu` has slope 0.2 unless said otherwise. */
export type ActivationName = 'relu' | 'leakyRelu' | 'gelu' | 'tanh' | 'sigmoid';

/** Padding as in TensorFlow: `valid` none, `same` to ceil(size / stride) with the odd pixel at the end. */
export type Padding = 'valid' | 'same';

interface NodeBase {
  /** Unique in the architecture. Weight tensors are named `NAME/kernel`, `NAME/bias`, ... */
  readonly name: string;
  /** Names of the nodes whose outputs come in; the previous node by default, the architecture's input for the first. `input` names the input. */
  readonly inputs?: readonly string[];
}

/** y = x W + b over the last axis; kernel [inputs, units]. */
export interface DenseNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'dense';
  /** Number of outputs, at least 1. */
  readonly units: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** 2-D convolution of [height, width, channels]; kernel [kh, kw, inputs / groups, filters]. */
export interface Conv2dNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'conv2d';
  /** Number of output channels, at least 1; a multiple of `groups`. */
  readonly filters: number;
  /** Height and width of the kernel, in pixels. */
  readonly kernelSize: readonly [number, number];
  /** Default [1, 1]. */
  readonly strides?: readonly [number, number];
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Default 1. */
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** 2-D depthwise convolution; kernel [kh, kw, channels, multiplier]. */
export interface DepthwiseConv2dNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'depthwiseConv2d';
  /** Height and width of the kernel, in pixels. */
  readonly kernelSize: readonly [number, number];
  /** Default [1, 1]. */
  readonly strides?: readonly [number, number];
  /** Default `valid`. */
  readonly padding?: Padding;
  /** Default 1. */
  readonly depthMultiplier?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** Batch normalisation over the last axis: gamma (1), beta (0), moving mean (0) and variance (1). */
export interface BatchNormNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'batchNorm';
  /** Of the moving statistics: new = momentum x old + (1 - momentum) x batch. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

/** An elementwise nonlinearity. */
export interface ActivationNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'activation';
  /** Which nonlinearity. */
  readonly activation: ActivationName;
  /** Slope for negative inputs of `leakyRelu`. Default 0.2. */
  readonly slope?: number;
}

/** Maximum or average over windows of [height, width]. Averages leave padding out. */
export interface Pool2dNode extends NodeBase {
  /** Maximum, or mean. */
  readonly kind: 'maxPool2d' | 'averagePool2d';
  /** Height and width of the window, in pixels. */
  readonly poolSize: readonly [number, number];
  /** Default the pool size. */
  readonly strides?: readonly [number, number];
  /** Default `valid`. */
  readonly padding?: Padding;
}

/** Mean or maximum over height and width: [h, w, c] to [c]. */
export interface GlobalPoolNode extends NodeBase {
  /** Mean, or maximum. */
  readonly kind: 'globalAveragePool' | 'globalMaxPool';
}

/** [h, w, c] to [h x w x c], row-major. */
export interface FlattenNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'flatten';
}

/** While training, zeroes each value with probability `rate` and scales the others by 1 / (1 - rate). */
export interface DropoutNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'dropout';
  /** In [0, 1). */
  readonly rate: number;
}

/** Elementwise sum of two or more nodes of equal shape. */
export interface AddNode extends NodeBase {
  /** Tells kinds of nodes apart. */
  readonly kind: 'add';
  /** Names of the nodes to add, two or more. */
  readonly inputs: readonly string[];
}

/** One node of an architecture. */
export type ArchitectureNode =
  | DenseNode
  | Conv2dNode
  | DepthwiseConv2dNode
  | BatchNormNode
  | ActivationNode
  | Pool2dNode
  | GlobalPoolNode
  | FlattenNode
  | DropoutNode
  | AddNode;

/** An engine-neutral description of a network: plain data, nodes in an order of evaluation, the last one giving logits. */
export interface Architecture {
  /** For messages, run directories and reports. */
  readonly name: string;
  /** Shape of one example, e.g. [784] or [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** In an order of evaluation; the last one gives the logits, or the values for regression. */
  readonly nodes: readonly ArchitectureNode[];
}
