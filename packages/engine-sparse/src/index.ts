export { type SparseEngineOptions, sparseEngine } from './factory.js';
export type { KernelName } from './kernels/load.js';
