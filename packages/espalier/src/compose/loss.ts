import { type Dataset, EspalierError, type Loss } from '@espalier/core';

/** The loss of each kind of data. */
const LOSSES = { classification: 'cross-entropy', regression: 'mean-squared-error' } as const;

/**
 * The loss of a run: what the data ask for.
 * @param configured - what the configuration says, if anything
 * @throws EspalierError ESPALIER_INVALID_CONFIG where that goes with other data
 */
export function resolveLoss(configured: Loss | undefined, dataset: Dataset): Loss {
  const loss = LOSSES[dataset.task];
  if (configured === undefined || configured === loss) return loss;
  const what = dataset.task === 'classification' ? 'class labels' : 'target values';
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `train.loss is ${configured}, but the data set "${dataset.name}" gives ${what}, which go with ${loss}; leave it out.`,
  );
}
