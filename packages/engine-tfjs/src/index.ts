export { type AttachedModel, attachModel } from './attach/attach-model.js';
export type { NamedGradient, NamedGradients } from './attach/gradient-order.js';
export { wrapOptimizer } from './attach/wrap-optimizer.js';
export { chooseBackend } from './backend/choose.js';
export { BACKENDS, type BackendName, type BackendReport } from './backend/report.js';
export { type LayersModelFiles, layersModelFiles } from './export/layers-model-files.js';
export { type ToLayersModelOptions, toLayersModel } from './export/to-layers-model.js';
export { type TfjsEngineFactory, type TfjsEngineOptions, tfjsEngine } from './factory.js';
export { registerTrainingKernels } from './kernels/register.js';
