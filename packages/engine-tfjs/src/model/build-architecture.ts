import { inferShapes, type ShapedNode } from '@espalier/architectures';
import type { Architecture } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { buildLayer } from './build-layer.js';
import { type ModelParameter, variableOf } from './model-parameter.js';
import type { TrainableNetwork } from './trainable-network.js';

const NOT_TRAINED: ReadonlySet<string> = new Set(['movingMean', 'movingVariance']);

/** How a model is built that is to be saved and loaded elsewhere. */
export interface PortableLayers {
  /** The name of a node's layer. */
  name(node: string): string;
  /** A layer's inputs, none of them twice. */
  distinct(inputs: readonly tf.SymbolicTensor[], name: string): tf.SymbolicTensor[];
  /** GELU by layers that can be loaded. */
  gelu(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor;
}

/**
 * Builds an architecture as a tf.LayersModel. Kernels and biases are 0, as weights come with the engine's
 * request; tensors have the architecture's names, which tf.layers would not allow in every case.
 * @param layers - what layers are called, and of what some are made, where others are to load the model
 * @throws EspalierError `ESPALIER_INVALID_ARCHITECTURE` where it is inconsistent
 */
export function buildArchitecture(architecture: Architecture, layers?: PortableLayers): TrainableNetwork {
  const shaped = inferShapes(architecture);
  // No node is called input, so that no layer is either.
  const input = tf.input({ shape: [...shaped.inputShape], ...(layers && { name: 'input' }) });
  const outputs = new Map<string, tf.SymbolicTensor>([['input', input]]);
  const layerNames = new Map<tf.layers.Layer, string>();
  const parameters: ModelParameter[] = [];
  let output = input;
  for (const shapedNode of shaped.nodes) {
    const { node, inputs, outputShape } = shapedNode;
    const given = inputs.map((name) => outputs.get(name)!);
    const incoming = layers?.distinct(given, layers.name(node.name)) ?? given;
    if (layers && node.kind === 'activation' && node.activation === 'gelu') {
      output = layers.gelu(incoming[0]!, layers.name(node.name));
      outputs.set(node.name, output);
      continue;
    }
    const layer = buildLayer(node, outputShape);
    if (layers) layer.name = layers.name(node.name);
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
