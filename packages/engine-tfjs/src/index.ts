export { chooseBackend } from './backend/choose.js';
export { BACKENDS, type BackendName, type BackendReport } from './backend/report.js';
export { type TfjsEngineFactory, type TfjsEngineOptions, tfjsEngine } from './factory.js';
export { registerTrainingKernels } from './kernels/register.js';
