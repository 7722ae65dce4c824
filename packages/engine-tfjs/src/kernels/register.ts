import { registerAvgPoolGrad } from './avg-pool-grad.js';
import { registerBatchMatMul } from './batch-mat-mul.js';
import { registerConv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { registerConv2dBackpropInput } from './conv2d-backprop-input.js';
import { registerDepthwiseBackpropFilter } from './depthwise-backprop-filter.js';
import { registerDepthwiseBackpropInput } from './depthwise-backprop-input.js';
import { registerFusedBatchNormGradient } from './fused-batch-norm-gradient.js';
import { registerMaxPoolGrad } from './max-pool-grad.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';

let registered = false;

/**
 * Supplies the kernels that training needs and the WASM backend of TensorFlow.js lacks, and faster ones for
 * some that it has. Call it after the backend's package is loaded and before `tf.setBackend('wasm')`; once is
 * enough, and more are harmless.
 */
export function registerTrainingKernels(): void {
  if (registered) return;
  registered = true;
  registerConv2dBackpropFilter();
  registerDepthwiseBackpropFilter();
  registerDepthwiseBackpropInput();
  registerUnsortedSegmentSum();
  registerBatchMatMul();
  registerConv2dBackpropInput();
  registerMaxPoolGrad();
  registerAvgPoolGrad();
  registerFusedBatchNormGradient();
}
