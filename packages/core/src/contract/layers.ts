import type { Positions, Proposal, Signal } from './positions.js';

/**
 * How a layer's canonical shape is read. Canonical shapes are those of tf.layers kernels:
 * - `dense`: [inputs, units]
 * - `convolution`: [...kernel, inputs / groups, units]
 * - `depthwise`: [...kernel, inputs, multiplier], with units = inputs x multiplier and groups = inputs
 * - `transposed`: [...kernel, units, inputs]
 */
export type LayerKind = 'dense' | 'convolution' | 'depthwise' | 'transposed';

/** What an engine says of one maskable weight tensor. */
export interface LayerDescription {
  /** Unique in the network, e.g. `dense_1/kernel`. */
  readonly name: string;
  /** How the shape is read. */
  readonly kind: LayerKind;
  /** Canonical shape, see {@link LayerKind}. */
  readonly shape: readonly number[];
  /** Convolution groups, default 1. Depthwise layers have as many groups as inputs. */
  readonly groups?: number;
  /** How many positions of its output share each weight: 1 for dense layers, output height x width for images. */
  readonly outputPositions?: number;
  /** See {@link LayerShape.sources}. */
  readonly sources?: readonly string[];
}

/** One maskable weight tensor, as strategies see it. They use units and inputs, never indices of the shape. */
export interface LayerShape {
  /** Index among the layers of the same list. */
  readonly index: number;
  /** Unique in the network, e.g. `dense_1/kernel`. */
  readonly name: string;
  /** How the shape is read. */
  readonly kind: LayerKind;
  /** Canonical shape, see {@link LayerKind}. */
  readonly shape: readonly number[];
  /** Number of positions: the product of the shape. */
  readonly size: number;
  /** Input channels (never times the kernel's area). */
  readonly inputs: number;
  /** Output channels. */
  readonly units: number;
  /** Convolution groups; a unit sees inputs / groups input channels. */
  readonly groups: number;
  /** Spatial extent of the kernel; empty for dense layers. */
  readonly kernel: readonly number[];
  /** Positions that lead into one unit of the dense layer: kernel area x inputs / groups. */
  readonly fanIn: number;
  /** Positions that leave one input of the dense layer: kernel area x units / groups. */
  readonly fanOut: number;
  /** How many positions of its output share each weight, see {@link LayerDescription.outputPositions}. */
  readonly outputPositions: number;
  /**
   * The maskable layers whose units reach this layer's inputs through nothing but biases, activations, normalisation,
   * pooling, flattening, dropout and addition: input i comes from unit i modulo units of each. Empty where inputs are
   * the network's own; left out where the engine can't tell.
   */
  readonly sources?: readonly string[];
  /** The output channel that a position leads to, from 0. */
  unitOf(position: number): number;
  /** The input channel that a position comes from, from 0. */
  inputOf(position: number): number;
}

/**
 * A read-only window on one layer during a topology update; valid during the call only. It shows the plan:
 * while pruning the current topology, afterwards what was kept. Arrays must not be written to.
 */
export interface LayerView extends LayerShape {
  /** Active positions of the plan as it stands, ascending. */
  readonly active: Positions;
  /** Values of the weights, aligned with `active`. */
  readonly weights: Float32Array;
  /** Positions taken away so far in this update. */
  readonly pruned: Positions;
  /** Positions that were active when the update began. */
  readonly before: Positions;
  /**
   * The signal's values at some positions.
   * @param name - must be declared in the strategy's `needs`
   * @returns one value per position
   */
  signal(name: Signal, positions: Positions): Float32Array;
  /**
   * The candidates with the largest absolute signal; of equal ones the lower position. Candidates are the
   * positions not active in the plan (with `regrowPruned: never`, only those inactive before the update).
   * @param limit - at most so many
   * @param options - `atLeast`: leave out candidates whose absolute signal is below it
   * @returns ascending positions with their absolute signal as score
   */
  strongest(name: Signal, limit: number, options?: { readonly atLeast?: number }): Proposal;
  /**
   * Visits the signal at every position, active or not, block by block in ascending order.
   * @param visit - gets the first position of a block and the block's values, which it must not keep
   */
  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void;
  /**
   * Candidates drawn uniformly without replacement from the update's keyed stream, in O(limit + active).
   * @returns at most `limit` ascending positions, all with score 0
   */
  sample(limit: number): Proposal;
  /**
   * For criteria that find positions by themselves.
   * @param positions - ascending
   * @returns those of them that are candidates
   */
  candidatesAmong(positions: Positions): Positions;
  /**
   * How strongly each input and each unit took part in the last step; the products of the two bound or estimate
   * gradients without one. Needs the signal `factors`.
   * @param sign - 1 or -1 for an example of the batch; default 1 without signs, see {@link Factors}
   */
  factors(sign?: (example: number) => 1 | -1): Factors;
}

/**
 * One number per row (kernel offset and input channel) and one per unit, summed over the examples b and the
 * output positions p of a batch, with activations a and deltas d = dLoss/dOutput:
 * - without signs: rows sum |a|, units sum |d|. Row x unit is a bound of the gradient's absolute value for dense layers
 * - with signs s_b: rows |sum s_b a|, units |sum s_b d|
 */
export interface Factors {
  /** Shape [kernel area x inputs]: row = offset x inputs + input channel. */
  readonly rows: Float32Array;
  /** Shape [units]. */
  readonly units: Float32Array;
}

/** A layer whose active weights a {@link StepHook} may change in place. */
export interface MutableLayerView extends LayerShape {
  /** Active positions, ascending. Not to be written to. */
  readonly active: Positions;
  /** Values of the weights, aligned with `active`; what is written here reaches the engine. */
  readonly weights: Float32Array;
  /** See {@link LayerView.signal}. */
  signal(name: Signal, positions: Positions): Float32Array;
}
