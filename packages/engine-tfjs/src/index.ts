export { chooseBackend } from './backend/choose.js';
export { BACKENDS, type BackendName, type BackendReport } from './backend/report.js';
export { registerTrainingKernels } from './kernels/register.js';
