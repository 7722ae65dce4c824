import { inferShapes, showShape } from '@espalier/architectures';
import type { Architecture, Loss, Network } from '@espalier/core';

/** Sentences saying what in a network the engine can't run, each naming an engine that can. */
export function refusals(network: Network): readonly string[] {
  return 'architecture' in network ? [] : [NO_MODELS];
}

const NO_MODELS =
  'The sparse engine runs architectures of Espalier only, not models of another library; the engine "tfjs" runs any tf.LayersModel.';

/** What in a network's loss the engine can't run. */
export function lossRefusals(architecture: Architecture, loss: Loss): readonly string[] {
  const { outputShape } = inferShapes(architecture);
  if (loss !== 'cross-entropy' || outputShape.length === 1) return [];
  return [
    `${architecture.name} gives ${showShape(outputShape)}, but cross-entropy takes logits of shape [classes].`,
  ];
}
