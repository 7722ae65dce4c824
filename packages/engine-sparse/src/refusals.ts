import { showShape } from '@espalier/architectures';
import type { Loss } from '@espalier/core';
import type { NetworkSource } from './model/network-source.js';

/** What in a network's loss the engine can't run. */
export function lossRefusals({ shaped, softmax }: NetworkSource, loss: Loss): readonly string[] {
  const { name, outputShape } = shaped;
  if (loss === 'cross-entropy') {
    if (outputShape.length === 1) return [];
    return [`${name} gives ${showShape(outputShape)}, but cross-entropy takes logits of shape [classes].`];
  }
  if (!softmax) return [];
  return [
    `The model "${name}" ends in a softmax, which the sparse engine runs with cross-entropy only; engine "tfjs" runs it with ${loss}.`,
  ];
}
