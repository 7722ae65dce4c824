export { fitInput } from './fit-input.js';
export { inferShapes } from './inference/infer-shapes.js';
export { maskableLayers, outputShape } from './inference/maskable-layers.js';
export type {
  ParameterRole,
  ResolvedNode,
  ShapedArchitecture,
  ShapedNode,
  ShapedParameter,
} from './inference/shaped.js';
export { slideWindow, type WindowPlacement } from './inference/window.js';
export { smallConvnet } from './networks/convnet-small.js';
export { lenet5 } from './networks/lenet5.js';
export { lenet300100 } from './networks/lenet300100.js';
export { type MlpOptions, mlp } from './networks/mlp.js';
export { ARCHITECTURES, type ArchitectureEntry, architectureByName } from './registry.js';
export { showShape, sizeOf } from './shape.js';
