export {
  type ConvertingEngine,
  type SparseEngineFactory,
  type SparseEngineOptions,
  sparseEngine,
} from './factory.js';
export { BACKENDS, type KernelName } from './kernels/names.js';
