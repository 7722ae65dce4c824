import { createRandomSource, type Dataset, EspalierError } from '@espalier/core';
import { permutation } from './epoch-order.js';
import { MemoryDataset, type Part } from './memory-dataset.js';

/** How many training examples are set aside: one of `share` and `count`. */
export type ValidationSplit = {
  /** Which examples they are. Default 0; keep it fixed over the seeds of a study. */
  readonly seed?: number;
} & (
  | {
      /** Share of the training examples, in (0, 1), rounded. */
      readonly share: number;
    }
  | {
      /** Number of training examples. */
      readonly count: number;
    }
);

/**
 * Sets training examples aside as the split `validation`, drawn uniformly. Other splits stay as they are; no
 * values are copied.
 *
 * @param dataset - one that this package made
 * @throws TypeError where the data set is of another make, or has a validation split already
 * @throws EspalierError ESPALIER_DATA_SHAPE where no example would be left for training, or none set aside
 */
export function splitValidation(dataset: Dataset, split: ValidationSplit): Dataset {
  if (!(dataset instanceof MemoryDataset)) {
    throw new TypeError(
      `splitValidation: ${dataset.name} was not made by this package; split it where it is made.`,
    );
  }
  const { parts, name, trainSize } = dataset;
  if (Object.hasOwn(parts.splits, 'validation')) {
    throw new TypeError(`splitValidation: ${name} has a validation split already.`);
  }
  const count = 'share' in split ? Math.round(split.share * trainSize) : split.count;
  if (!Number.isInteger(count) || count < 1 || count >= trainSize) {
    throw new EspalierError(
      'ESPALIER_DATA_SHAPE',
      `${name}: a validation set of ${'share' in split ? `share ${split.share}` : count} can not be taken from ${trainSize} training examples.`,
    );
  }
  const stream = createRandomSource(split.seed ?? 0).stream('validation', name, 0);
  const order = permutation(trainSize, (n) => stream.below(n));
  return new MemoryDataset({
    ...parts,
    train: pick(parts.train, order.slice(count).sort()),
    splits: { validation: pick(parts.train, order.slice(0, count).sort()), ...parts.splits },
  });
}

function pick(part: Part, chosen: Uint32Array): Part {
  const { rows } = part;
  return { examples: part.examples, rows: rows === undefined ? chosen : chosen.map((i) => rows[i]!) };
}
