import type { LayerDescription, Network } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { buildArchitecture } from './build-architecture.js';
import { functionalModel } from './layer-access.js';
import type { ModelParameter } from './model-parameter.js';
import { modelParameters } from './model-parameters.js';

/** A network as a tf.LayersModel with its tensors by name. */
export interface TrainableNetwork {
  readonly model: tf.LayersModel;
  readonly parameters: readonly ModelParameter[];
  /** Whether the model was built here, and ends with the engine. */
  readonly owned: boolean;
  /** Names of the dropout layers, where they differ from the layers' paths. */
  readonly layerNames?: ReadonlyMap<tf.layers.Layer, string>;
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Shape of what the network gives for one example. */
  readonly outputShape: readonly number[];
}

/** The network of a request as a model; a user's own is taken as it is. */
export function trainableNetwork(network: Network, include: readonly string[]): TrainableNetwork {
  if ('architecture' in network) return buildArchitecture(network.architecture);
  const model = network.model as tf.LayersModel;
  const { inputs, outputs } = functionalModel(model);
  return {
    model,
    parameters: modelParameters(model, include),
    owned: false,
    inputShape: inputs[0]!.shape.slice(1) as number[],
    outputShape: outputs[0]!.shape.slice(1) as number[],
  };
}

/** Frees a network that was built here; a user's own model stays. Harmless when repeated. */
export function releaseNetwork({ owned, parameters }: TrainableNetwork): void {
  if (owned) for (const { variable } of parameters) variable.dispose();
}

/** The maskable layers among the parameters, in their order. */
export function maskable(parameters: readonly ModelParameter[]): LayerDescription[] {
  return parameters.flatMap(({ layer }) => (layer ? [layer] : []));
}
