import type { Batch, BatchKey, Dataset } from '@espalier/core';

/** Gives what a data set gives, and tells when it is asked for a training batch. */
export class RecordedData implements Dataset {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly task: Dataset['task'];
  readonly trainSize: number;
  readonly splits: Readonly<Record<string, number>>;
  readonly #inner: Dataset;
  readonly #asked: (key: BatchKey) => void;

  constructor(inner: Dataset, asked: (key: BatchKey) => void) {
    this.#inner = inner;
    this.#asked = asked;
    this.name = inner.name;
    this.inputShape = inner.inputShape;
    this.outputs = inner.outputs;
    this.task = inner.task;
    this.trainSize = inner.trainSize;
    this.splits = inner.splits;
  }

  trainBatch(key: BatchKey): Batch {
    this.#asked(key);
    return this.#inner.trainBatch(key);
  }

  evaluationBatch(split: string, index: number, batchSize: number): Batch {
    return this.#inner.evaluationBatch(split, index, batchSize);
  }
}
