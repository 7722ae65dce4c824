import { type Batch, type BatchKey, type Dataset, suggest } from '@espalier/core';
import { EpochOrder } from './epoch-order.js';
import type { CheckedExamples } from './examples.js';

/** Examples, or those rows of them that belong to a set. */
export interface Part {
  readonly examples: CheckedExamples;
  /** Indices of the examples that belong; all of them by default. */
  readonly rows?: Uint32Array;
}

/** What a {@link MemoryDataset} is made of. */
export interface MemoryDatasetParts {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly train: Part;
  readonly splits: Readonly<Record<string, Part>>;
  /** The value of each byte, for inputs that are bytes; 256 entries, value / 255 by default. */
  readonly byteValues?: Float32Array;
}

/** A data set whose examples are all in memory. Bytes stay bytes and become floats batch by batch. */
export class MemoryDataset implements Dataset {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly task: 'classification' | 'regression';
  readonly trainSize: number;
  readonly splits: Readonly<Record<string, number>>;
  /** What the data set is made of, for data sets derived from this one. */
  readonly parts: MemoryDatasetParts;
  readonly #perExample: number;
  readonly #byteValues: Float32Array;
  readonly #order: EpochOrder;

  constructor(parts: MemoryDatasetParts) {
    this.parts = parts;
    this.name = parts.name;
    this.inputShape = parts.inputShape;
    this.outputs = parts.outputs;
    this.task = parts.train.examples.labels === undefined ? 'regression' : 'classification';
    this.trainSize = sizeOf(parts.train);
    this.splits = Object.fromEntries(
      Object.entries(parts.splits).map(([split, part]) => [split, sizeOf(part)]),
    );
    this.#perExample = parts.inputShape.reduce((product, dim) => product * dim, 1);
    this.#byteValues = parts.byteValues ?? byteValues(0, 1);
    this.#order = new EpochOrder(parts.name, this.trainSize);
  }

  /**
   * Batch `key.index` of epoch `key.epoch`, a pure function of the key.
   * @throws TypeError where the epoch has no such batch
   */
  trainBatch(key: BatchKey): Batch {
    const first = firstOf(this.name, 'the training set', this.trainSize, key.index, key.batchSize);
    const order = this.#order.of(key.seed, key.epoch);
    return this.#gather(this.parts.train, order.subarray(first, first + key.batchSize));
  }

  /**
   * Batch `index` of a split, in the split's own order.
   * @throws TypeError for an unknown split or where it has no such batch
   */
  evaluationBatch(split: string, index: number, batchSize: number): Batch {
    const part = Object.hasOwn(this.parts.splits, split) ? this.parts.splits[split] : undefined;
    if (part === undefined) {
      throw new TypeError(`${this.name} has no split "${split}".${suggest(split, Object.keys(this.splits))}`);
    }
    const first = firstOf(this.name, `split ${split}`, sizeOf(part), index, batchSize);
    const order = new Uint32Array(Math.min(batchSize, sizeOf(part) - first));
    for (let i = 0; i < order.length; i++) order[i] = first + i;
    return this.#gather(part, order);
  }

  #gather({ examples, rows }: Part, order: Uint32Array): Batch {
    const size = order.length;
    const width = this.#perExample;
    const inputs = new Float32Array(size * width);
    const bytes = examples.inputs instanceof Uint8Array;
    for (let i = 0; i < size; i++) {
      const from = row(rows, order[i]!) * width;
      const to = i * width;
      if (bytes) {
        for (let j = 0; j < width; j++) inputs[to + j] = this.#byteValues[examples.inputs[from + j]!]!;
      } else {
        for (let j = 0; j < width; j++) inputs[to + j] = examples.inputs[from + j]!;
      }
    }
    if (examples.labels !== undefined) {
      const labels = examples.labels instanceof Uint8Array ? new Uint8Array(size) : new Uint32Array(size);
      for (let i = 0; i < size; i++) labels[i] = examples.labels[row(rows, order[i]!)]!;
      return { size, inputs, labels };
    }
    const targets = new Float32Array(size * this.outputs);
    for (let i = 0; i < size; i++) {
      const from = row(rows, order[i]!) * this.outputs;
      for (let j = 0; j < this.outputs; j++) targets[i * this.outputs + j] = examples.targets![from + j]!;
    }
    return { size, inputs, targets };
  }
}

/** The value of each byte: (byte / 255 - mean) / deviation. */
export function byteValues(mean: number, deviation: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / deviation);
}

/** How many examples belong. */
function sizeOf(part: Part): number {
  return part.rows?.length ?? part.examples.size;
}

function row(rows: Uint32Array | undefined, i: number): number {
  return rows === undefined ? i : rows[i]!;
}

function firstOf(name: string, set: string, size: number, index: number, batchSize: number): number {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new TypeError(`${name}: the batch size ${batchSize} is not a positive integer.`);
  }
  const batches = Math.ceil(size / batchSize);
  if (!Number.isInteger(index) || index < 0 || index >= batches) {
    throw new TypeError(`${name}: ${set} has batches 0 to ${batches - 1} of ${batchSize}, not ${index}.`);
  }
  return index * batchSize;
}
