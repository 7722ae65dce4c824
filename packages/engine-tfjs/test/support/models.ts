import { drawPositions } from '@espalier/conformance';
import { createRandomSource, type EngineRequest, type LayerDescription, type Loss } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';

/** An initializer whose values do not depend on anything. */
export const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });

/** A request for a user's model that keeps its weights, masked to a density. */
export function modelRequest(
  model: tf.LayersModel,
  layers: readonly LayerDescription[],
  options: { density?: number; loss?: Loss } = {},
): EngineRequest {
  const random = createRandomSource(3);
  return {
    network: { model },
    loss: options.loss ?? 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 0.1, momentum: 0.9 },
    start: layers.map((layer) => ({
      name: layer.name,
      active: drawPositions(random, layer, options.density ?? 0.5),
    })),
    random: (purpose, name, step) => random.stream(purpose, name, step),
  };
}
