import type * as tf from '@tensorflow/tfjs';

/** A tensor's values and optimizer slots, dense and row-major. */
export interface DenseState {
  readonly weights: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
}

/** One tensor that can be masked: its values, its active positions and its optimizer slots. Values are 0 where inactive. */
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
   * @param active - the active positions from now on
   */
  edit(change: (state: DenseState) => void, active: Uint32Array | undefined): void;
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
