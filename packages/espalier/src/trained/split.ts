import { type Batch, type Dataset, EspalierError, suggest } from '@espalier/core';

/** As many as training evaluates at once, so that sums are the same. */
const BATCH_SIZE = 250;

/**
 * A split of some data in batches, in its own order.
 * @throws EspalierError ESPALIER_UNKNOWN_DATA for a split that is not there
 */
export function* batchesOf(dataset: Dataset, split: string): Generator<Batch> {
  const size = Object.hasOwn(dataset.splits, split) ? dataset.splits[split] : undefined;
  if (size === undefined) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_DATA',
      `The data set "${dataset.name}" has no split "${split}".${suggest(split, Object.keys(dataset.splits))}`,
    );
  }
  for (let i = 0; i < Math.ceil(size / BATCH_SIZE); i++) yield dataset.evaluationBatch(split, i, BATCH_SIZE);
}
