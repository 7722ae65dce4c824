import type { LatentOptions } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';

/** A tensor's values and optimizer slots, dense and row-major. */
export interface DenseState {
  readonly weights: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
}

/** Which positions of a tensor take part. */
export interface Topology {
  /** Ascending; undefined for a tensor that is active everywhere. */
  readonly active: Uint32Array | undefined;
  /** Where values stay off the mask. */
  readonly latent?: LatentMoves;
}

/** How values off the mask move. */
export interface LatentMoves {
  /** The inactive positions that the optimizer moves, ascending. */
  readonly moving: Uint32Array;
  readonly decay: LatentOptions['decay'];
}

/**
 * One tensor that can be masked: its values, its active positions and its optimizer slots. Values are 0 where inactive,
 * unless they stay off the mask; the model's variable is 0 there in any case.
 */
export interface MaskableParameter {
  readonly size: number;
  /** Ascending; undefined for a tensor that is active everywhere. */
  readonly active: Uint32Array | undefined;
  /** The present values; not to be written to, and not to be kept. */
  values(): Float32Array;
  /** The present state; not to be written to, and not to be kept. */
  read(): DenseState;
  /**
   * Changes state and topology.
   * @param change - gets the state to write to
   * @param topology - from now on
   */
  edit(change: (state: DenseState) => void, topology: Topology): void;
}

/** One tensor that an optimizer of ours trains. */
export interface TrainedParameter extends MaskableParameter {
  readonly name: string;
  readonly variable: tf.Variable;
  /** Takes one step of the optimizer. */
  step(gradient: tf.Tensor, learningRate: number): void;
  /** Frees what belongs to the parameter; the variable belongs to the model. */
  dispose(): void;
}
