import { createRandomSource, type Dataset, EspalierError } from '@espalier/core';
import { type CheckedExamples, checkExamples } from './examples.js';
import { MemoryDataset } from './memory-dataset.js';

/** Options of {@link syntheticDataset}. */
export interface SyntheticDatasetOptions {
  /** Default `synthetic`. */
  readonly name?: string;
  /** Default 0. */
  readonly seed?: number;
  /** Shape of one example. Default [28, 28, 1]. */
  readonly inputShape?: readonly number[];
  /** Default 10. */
  readonly classes?: number;
  /** Number of training examples. Default 2000. */
  readonly train?: number;
  /** Number of test examples. Default 500. */
  readonly test?: number;
  /** Standard deviation of the noise, where prototypes have deviation 1. Default 1. */
  readonly noise?: number;
}

/** Cells along each side of an image over which a prototype is constant, so that convolutions see structure. */
const CELLS = 4;

/**
 * A seeded classification that networks can learn: every class has a prototype of normal values, constant over
 * the cells of a 4 x 4 grid for inputs of shape [height, width, channels]; examples are prototypes with normal
 * noise. Classes take turns, so they are balanced. Example i is the same however many there are.
 *
 * @throws EspalierError ESPALIER_INVALID_OPTION where a number is out of its range
 */
export function syntheticDataset(options: SyntheticDatasetOptions = {}): Dataset {
  const { name = 'synthetic', seed = 0, inputShape = [28, 28, 1], classes = 10 } = options;
  const { train = 2000, test = 500, noise = 1 } = options;
  for (const [what, number] of Object.entries({ classes, train, test })) {
    if (!Number.isInteger(number) || number < 1) throw invalid(name, what, 'a positive integer', number);
  }
  if (!(noise >= 0 && noise < Number.POSITIVE_INFINITY)) {
    throw invalid(name, 'noise', 'a finite number from 0', noise);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw invalid(name, 'seed', 'an integer from 0 to 2^53 - 1', seed);
  }
  if (inputShape.length === 0 || inputShape.some((dim) => !Number.isInteger(dim) || dim < 1)) {
    throw invalid(name, 'inputShape', 'a list of positive integers', `[${inputShape.join(', ')}]`);
  }
  const random = createRandomSource(seed);
  const cellOf = cells(inputShape);
  const cellCount = cellOf.reduce((most, cell) => Math.max(most, cell + 1), 0);
  const prototypes = Array.from({ length: classes }, (_, label) => {
    const stream = random.stream('synthetic', 'prototype', label);
    return Float32Array.from({ length: cellCount }, () => stream.normal());
  });

  const examples = (set: string, size: number): CheckedExamples => {
    const inputs = new Float32Array(size * cellOf.length);
    const labels = new Uint32Array(size);
    for (let i = 0; i < size; i++) {
      const label = i % classes;
      const prototype = prototypes[label]!;
      const stream = random.stream('synthetic', set, i);
      labels[i] = label;
      for (let j = 0; j < cellOf.length; j++) {
        inputs[i * cellOf.length + j] = prototype[cellOf[j]!]! + noise * stream.normal();
      }
    }
    return checkExamples({ inputs, labels }, { inputShape, outputs: classes }, `${name}, ${set} set`);
  };
  return new MemoryDataset({
    name,
    inputShape,
    outputs: classes,
    train: { examples: examples('train', train) },
    splits: { test: { examples: examples('test', test) } },
  });
}

/** The prototype's entry that each value of an example comes from. */
function cells(shape: readonly number[]): Uint32Array {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const [height, width, channels] = shape;
  if (shape.length !== 3) return Uint32Array.from({ length: size }, (_, i) => i);
  return Uint32Array.from({ length: size }, (_, i) => {
    const channel = i % channels!;
    const x = Math.floor(i / channels!) % width!;
    const y = Math.floor(i / (channels! * width!));
    const cell = Math.floor((y * CELLS) / height!) * CELLS + Math.floor((x * CELLS) / width!);
    return cell * channels! + channel;
  });
}

function invalid(name: string, option: string, allowed: string, found: unknown): EspalierError {
  return new EspalierError('ESPALIER_INVALID_OPTION', `${name}: ${option} must be ${allowed}, not ${found}.`);
}
