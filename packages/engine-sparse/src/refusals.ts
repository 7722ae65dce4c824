import { inferShapes, showShape } from '@espalier/architectures';
import type { Architecture, Loss, Network } from '@espalier/core';

/** Sentences saying what in a network the engine can't run, each naming an engine that can. */
export function refusals(network: Network): readonly string[] {
  if (!('architecture' in network)) {
    return [
      'The sparse engine runs architectures of Espalier only, not models of another library; the engine "tfjs" runs any tf.LayersModel.',
    ];
  }
  return inferShapes(network.architecture).nodes.flatMap(({ node }) =>
    node.kind === 'batchNorm'
      ? [
          `The sparse engine can not run "${node.name}": it takes batches through the network in tiles, and batch ` +
            'normalisation needs the whole batch at once; the engine "tfjs" runs it.',
        ]
      : [],
  );
}

/** What in a network's loss the engine can't run. */
export function lossRefusals(architecture: Architecture, loss: Loss): readonly string[] {
  const { outputShape } = inferShapes(architecture);
  if (loss !== 'cross-entropy' || outputShape.length === 1) return [];
  return [
    `${architecture.name} gives ${showShape(outputShape)}, but cross-entropy takes logits of shape [classes].`,
  ];
}
