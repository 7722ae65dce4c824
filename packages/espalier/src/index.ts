/**
 * Dynamic sparse training: compose a method from parts, train sparse from the first step to the last.
 * @module
 */
export * from '@espalier/core';
export { defineConfig, type RunConfig } from '@espalier/runs';
export type { TrainerConfig } from './compose/code-config.js';
export { createTrainer } from './create-trainer.js';
export type { LayersModel, Optimizer, SparsifyConfig } from './sparsify/config.js';
export type { SparseModel, SparseStep } from './sparsify/sparse-model.js';
export { sparsify } from './sparsify/sparsify.js';
export {
  type ExportLayersModelOptions,
  exportLayersModel,
  type ToLayersModelOptions,
  toLayersModel,
} from './trained/export-layers-model.js';
export { type LoadModelOptions, loadModel } from './trained/load-model.js';
export type { Predictor, PredictorLayer } from './trained/predictor.js';
export { VERSION } from './version.js';
