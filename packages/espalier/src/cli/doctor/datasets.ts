import { EspalierError } from '@espalier/core';
import { DATASETS } from '@espalier/data';
import { loadDataset } from '../../compose/dataset.js';

/** Whether a data set can be used without being told where it is. */
export interface DatasetCheck {
  readonly name: string;
  readonly found: boolean;
  /** Examples by split, the training set included; of a data set that was found. */
  readonly examples?: Readonly<Record<string, number>>;
  /** Why it was not found, and where it can be had. */
  readonly reason?: string;
}

/** Loads every data set there is. */
export function checkDatasets(): DatasetCheck[] {
  return DATASETS.map(({ name }) => {
    try {
      const { trainSize, splits } = loadDataset({ use: name }, process.cwd());
      return { name, found: true, examples: { training: trainSize, ...splits } };
    } catch (error) {
      if (!(error instanceof EspalierError)) throw error;
      return { name, found: false, reason: error.explanation };
    }
  });
}
