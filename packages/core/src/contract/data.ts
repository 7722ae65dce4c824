/** Some examples. */
export interface Batch {
  /** Number of examples. */
  readonly size: number;
  /** Row-major values, shape [size, ...inputShape]. */
  readonly inputs: Float32Array;
  /** Class indices, shape [size]; for classification. */
  readonly labels?: Uint8Array | Uint32Array;
  /** Target values, row-major, shape [size, outputs]; for regression. */
  readonly targets?: Float32Array;
}

/** Which batch of a training epoch is meant. */
export interface BatchKey {
  /** The run's. */
  readonly seed: number;
  /** From 0; every epoch is shuffled anew. */
  readonly epoch: number;
  /** From 0. */
  readonly index: number;
  /** Examples per batch, at least 1. */
  readonly batchSize: number;
}

/**
 * Examples for training and evaluation. Training batches are a pure function of their key, so a run can
 * continue anywhere; the last batch of an epoch may be smaller.
 */
export interface Dataset {
  /** For messages, run directories and reports. */
  readonly name: string;
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Classes, or values per target. */
  readonly outputs: number;
  /** Whether batches carry `labels` or `targets`. */
  readonly task: 'classification' | 'regression';
  /** Training examples. */
  readonly trainSize: number;
  /** Names and sizes of the splits that can be evaluated, e.g. `test`. */
  readonly splits: Readonly<Record<string, number>>;
  /**
   * Batch `key.index` of the shuffled epoch `key.epoch`.
   * @throws TypeError for an index beyond the epoch
   */
  trainBatch(key: BatchKey): Batch;
  /**
   * Batch `index` of a split, in the split's own order.
   * @throws TypeError for a split that is not there, or an index beyond it
   */
  evaluationBatch(split: string, index: number, batchSize: number): Batch;
}
