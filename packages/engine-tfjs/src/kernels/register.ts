import { registerAvgPoolGrad } from './avg-pool-grad.js';
import { registerBatchMatMul } from './batch-mat-mul.js';
import { registerConv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { registerConv2dBackpropInput } from './conv2d-backprop-input.js';
import { registerDepthwiseBackpropFilter } from './depthwise-backprop-filter.js';
import { registerDepthwiseBackpropInput } from './depthwise-backprop-input.js';
import { registerFusedBatchNormGradient } from './fused-batch-norm-gradient.js';
import { registerMaxPoolGrad } from './max-pool-grad.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';

const done = new Set<string>();

/**
 * Supplies the kernels that training needs and the WASM backend of TensorFlow.js lacks, faster ones for some that
 * it has, and a correct one for one that it and the cpu backend have wrong. Call it before `tf.setBackend`, for
 * `wasm` after its package is loaded; once is enough, and more are harmless.
 */
export function registerTrainingKernels(backend: 'wasm' | 'cpu' = 'wasm'): void {
  if (done.has(backend)) return;
  if (done.size === 0) registerFusedBatchNormGradient();
  done.add(backend);
  registerAvgPoolGrad(backend);
  if (backend === 'cpu') return;
  registerConv2dBackpropFilter();
  registerDepthwiseBackpropFilter();
  registerDepthwiseBackpropInput();
  registerUnsortedSegmentSum();
  registerBatchMatMul();
  registerConv2dBackpropInput();
  registerMaxPoolGrad();
}
