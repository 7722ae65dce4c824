import type { EngineLayer, Signal } from '@espalier/core';
import { fail } from '../support/fail.js';
import { sizeOf } from './request.js';

/**
 * A signal at every position, read block by block.
 * @throws Error where the blocks do not cover the layer in ascending order
 */
export function denseSignal(layer: EngineLayer, signal: Signal): Float32Array {
  const all = new Float32Array(sizeOf(layer.shape));
  let next = 0;
  layer.scan(signal, (first, values) => {
    if (first !== next) {
      fail(`${layer.name}: scan visits ${first} after ${next} positions; blocks ascend without gaps.`);
    }
    all.set(values, first);
    next = first + values.length;
  });
  if (next !== all.length) fail(`${layer.name}: scan visits ${next} of ${all.length} positions.`);
  return all;
}
