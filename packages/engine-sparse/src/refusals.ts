import { showShape, sizeOf } from '@espalier/architectures';
import { type LayerDescription, type Loss, sum } from '@espalier/core/engine';
import { mebibytes } from './memory/heap.js';
import type { NetworkSource } from './model/network-source.js';
import type { Optimizer } from './parameters/optimizer.js';

/** Why the engine keeps no values off the mask unless it is told to, with the arithmetic. */
export function latentRefusal(layers: readonly LayerDescription[], { slots }: Optimizer): string {
  const positions = sum(layers.map(({ shape }) => sizeOf(shape)));
  const numbers = slots.length + 2;
  return (
    'The method trains weights that the forward pass leaves out: value, optimizer state and gradient at every position ' +
    `would take ${positions} positions x ${numbers} x 4 bytes = ${mebibytes(4 * numbers * positions)}, as in a dense ` +
    'network. Allow it by denseState: allow, or use engine "tfjs".'
  );
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
