import { showShape } from '@espalier/architectures';
import type { EngineRequest, Loss } from '@espalier/core';
import type { NetworkSource } from './model/network-source.js';

/** What in a request, but for its network and loss, the engine can't do. */
export function requestRefusals({ latent }: EngineRequest): readonly string[] {
  if (latent === undefined) return [];
  return [
    'The method trains weights that the forward pass leaves out: it needs a value at every position, dense by nature, while the sparse engine holds active weights only; engine "tfjs" runs it.',
  ];
}

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
