/**
 * Flat row-major indices into a layer's canonical shape, ascending and without repetition. Layers of 2^32 or
 * more positions use `Float64Array`, all others `Uint32Array`; build them with `newPositions`.
 */
export type Positions = Uint32Array | Float64Array;

/** Ranking values, aligned with some {@link Positions}. */
export type Scores = Float32Array | Float64Array;

/** Candidate positions with the score each of them is ranked by; the larger score is the better one. */
export interface Proposal {
  /** Ascending positions. */
  readonly positions: Positions;
  /** One score per position. */
  readonly scores: Scores;
}

/**
 * The name of a per-position array that an engine can supply.
 * - `gradient`: of the mean batch loss by the effective weight, without weight decay, at any position, on update steps
 * - `momentum`: the optimizer's first moment at active positions
 * - `denseMomentum`: the first moment at every position, in engines that keep values off the mask
 * - `weight`: the value of every position, active or not, where a recipe keeps values off the mask (slot `backward`)
 * - `factors`: none per position; see `LayerView.factors`
 */
export type Signal = 'gradient' | 'momentum' | 'denseMomentum' | 'weight' | 'factors' | (string & {});
