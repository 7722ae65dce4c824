import type { RandomStream } from '@espalier/core';

/** How the network is run over one batch. */
export interface Pass {
  /** Examples of the batch. */
  readonly examples: number;
  /** Whether kernels get their gradient at every position, or at active ones only. */
  readonly everywhere: boolean;
  /** Whether activations and deltas of layers with weights stay readable. Default false. */
  readonly taps?: boolean;
  /** Present while training: then batch statistics are used and values dropped. */
  readonly training?: {
    /** The dropout stream of a node for the present step. */
    dropout(node: string): RandomStream;
  };
}

/** What one operation did to one batch. Values are row-major, the batch being the first axis. */
export interface Trace {
  readonly output: Float64Array;
  /**
   * Writes the gradients by the operation's parameters.
   * @param upstream - gradient by the output
   * @returns gradients by the inputs
   */
  backward(upstream: Float64Array): readonly Float64Array[];
  /** Lets what the batch taught besides gradients (moving statistics) take effect. */
  settle?(): void;
}

/** One node's computation. */
export type Operation = (inputs: readonly Float64Array[], pass: Pass) => Trace;
