import type { LayerDescription } from '@espalier/core';
import type { ShapedParameter } from './shaped.js';

/** The parameters of a node with a kernel; without bias where `units` is 0. */
export function kernelAndBias(layer: LayerDescription, units: number): readonly ShapedParameter[] {
  const kernel: ShapedParameter = { name: layer.name, shape: layer.shape, role: 'kernel', layer };
  if (units === 0) return [kernel];
  return [kernel, { name: layer.name.replace(/kernel$/, 'bias'), shape: [units], role: 'bias' }];
}
