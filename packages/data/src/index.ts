/**
 * Data sets as deterministic batches of typed arrays.
 * @module
 */
export { type ArrayDatasetOptions, arrayDataset } from './array-dataset.js';
export { DATASETS, type DatasetDefinition, type DatasetEnvironment, datasetByName } from './catalogue.js';
export type { Examples } from './examples.js';
export { type IdxArray, readIdx } from './idx.js';
export { type IdxDatasetOptions, idxDataset } from './idx-dataset.js';
export { type SyntheticDatasetOptions, syntheticDataset } from './synthetic-dataset.js';
export { splitValidation, type ValidationSplit } from './validation.js';
