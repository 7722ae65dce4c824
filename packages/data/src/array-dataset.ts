import type { Dataset } from '@espalier/core';
import { checkExamples, type Examples } from './examples.js';
import { MemoryDataset, type Part } from './memory-dataset.js';

/** Arrays for {@link arrayDataset}: the training examples, and further splits. */
export interface ArrayDatasetOptions extends Examples {
  /** For messages, run directories and reports. */
  readonly name: string;
  /** Shape of one example, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** Classes, or values per target. */
  readonly outputs: number;
  /** Examples to test with. */
  readonly test?: Examples;
  /** Examples to choose settings with. */
  readonly validation?: Examples;
}

/**
 * A data set from arrays in memory. Labels make it a classification, targets a regression. `Float32Array` inputs
 * are taken as they are, bytes as value / 255. The arrays are kept, not copied.
 *
 * @throws EspalierError ESPALIER_DATA_SHAPE where lengths disagree with the shapes, or a label is out of range
 */
export function arrayDataset(options: ArrayDatasetOptions): Dataset {
  const { name, inputShape, outputs } = options;
  const part = (examples: Examples, set: string): Part => ({
    examples: checkExamples(examples, { inputShape, outputs }, `${name}, ${set}`),
  });
  const train = part(options, 'training set');
  const splits: Record<string, Part> = {};
  if (options.validation !== undefined) splits.validation = part(options.validation, 'validation set');
  if (options.test !== undefined) splits.test = part(options.test, 'test set');
  return new MemoryDataset({ name, inputShape, outputs, train, splits });
}
