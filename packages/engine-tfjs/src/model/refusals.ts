import type { Loss, Network } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { functionalModel, internals, isLayersModel, leafLayers } from './layer-access.js';
import type { TrainableNetwork } from './trainable-network.js';

/** Sentences saying what in a network can't be trained; empty where all can. */
export function refusals(network: Network): readonly string[] {
  if ('architecture' in network) return [];
  const { model } = network;
  if (!isLayersModel(model)) {
    return ['The model is not a tf.LayersModel; graph models of TensorFlow.js can not be trained.'];
  }
  if (model.outputs.length === 0) return [`The model "${model.name}" has no layers.`];
  return [...shapeRefusals(functionalModel(model)), ...layerRefusals(model)];
}

/** Why a loss can't be taken of a network's outputs. */
export function lossRefusals({ outputShape }: TrainableNetwork, loss: Loss): readonly string[] {
  if (loss !== 'cross-entropy' || (outputShape.length === 1 && outputShape[0]! > 1)) return [];
  return [
    `Cross-entropy takes logits of shape [classes] with two classes or more, but the network gives ` +
      `[${outputShape.join(', ')}] for one example.`,
  ];
}

function shapeRefusals({ name, inputs, outputs }: tf.LayersModel): string[] {
  if (inputs.length !== 1 || outputs.length !== 1) {
    return [
      `The model "${name}" has ${inputs.length} inputs and ${outputs.length} outputs; it must have one of each.`,
    ];
  }
  const open = [inputs[0]!, outputs[0]!].find(({ shape }) => shape.slice(1).includes(null));
  if (!open) return [];
  return [
    `The model "${name}" leaves sizes open in [${open.shape.map((n) => n ?? 'any').join(', ')}]; give them.`,
  ];
}

function layerRefusals(model: tf.LayersModel): string[] {
  return leafLayers(functionalModel(model)).flatMap(({ path, layer }) => {
    const rates = [internals(layer).dilationRate ?? 1].flat();
    if (!layer.trainable || rates.every((rate) => rate === 1)) return [];
    return [
      `The layer "${path}" is dilated by [${rates.join(', ')}]; TensorFlow.js has no gradient of dilated convolutions.`,
    ];
  });
}
