import { inferShapes, type ShapedNode } from '@espalier/architectures';
import type { Architecture } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { buildLayer } from './build-layer.js';
import { type ModelParameter, variableOf } from './model-parameter.js';
import type { TrainableNetwork } from './trainable-network.js';

const NOT_TRAINED: ReadonlySet<string> = new Set(['movingMean', 'movingVariance']);

/**
 * Builds an architecture as a tf.LayersModel. Kernels and biases are 0, as weights come with the engine's
 * request; tensors have the architecture's names, which tf.layers would not allow in every case.
 * @throws EspalierError `ESPALIER_INVALID_ARCHITECTURE` where it is inconsistent
 */
export function buildArchitecture(architecture: Architecture): TrainableNetwork {
  const shaped = inferShapes(architecture);
  const input = tf.input({ shape: [...shaped.inputShape] });
  const outputs = new Map<string, tf.SymbolicTensor>([['input', input]]);
  const layerNames = new Map<tf.layers.Layer, string>();
  const parameters: ModelParameter[] = [];
  let output = input;
  for (const shapedNode of shaped.nodes) {
    const { node, inputs, outputShape } = shapedNode;
    const layer = buildLayer(node, outputShape);
    const incoming = inputs.map((name) => outputs.get(name)!);
    output = layer.apply(incoming.length === 1 ? incoming[0]! : incoming) as tf.SymbolicTensor;
    outputs.set(node.name, output);
    layerNames.set(layer, node.name);
    parameters.push(...parametersOf(shapedNode, layer));
  }
  return {
    model: tf.model({ inputs: input, outputs: output }),
    parameters,
    owned: true,
    layerNames,
    inputShape: shaped.inputShape,
    outputShape: shaped.outputShape,
  };
}

function parametersOf({ parameters }: ShapedNode, layer: tf.layers.Layer): ModelParameter[] {
  return parameters.map(({ name, role, layer: description }, i) => ({
    name,
    variable: variableOf(layer.weights[i]!),
    trained: !NOT_TRAINED.has(role),
    isKernel: role === 'kernel',
    ...(description ? { layer: description } : {}),
  }));
}
