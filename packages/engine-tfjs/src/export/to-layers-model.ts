import { sizeOf } from '@espalier/architectures';
import { type Architecture, type EngineState, EspalierError, type StateTensor } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { buildArchitecture } from '../model/build-architecture.js';
import { layerNames } from './layer-names.js';
import { portableLayers } from './portable-layers.js';
import { withoutGroups } from './without-groups.js';

/** Options of {@link toLayersModel}. */
export interface ToLayersModelOptions {
  /** Whether a softmax layer makes probabilities of the logits. Default false. */
  readonly softmax?: boolean;
}

/**
 * A trained network as a `tf.LayersModel` of stock layers, called like the architecture's nodes. Kernels are dense there
 * and 0 where no weight is active; grouped convolutions become ordinary ones with zeros between the groups.
 *
 * @param architecture - the network that was trained
 * @param parameters - its parameters by name, as an engine saves them; sparse or dense
 * @returns a model of the caller's, to use, save and dispose
 * @throws EspalierError `ESPALIER_INVALID_ARCHITECTURE`; `ESPALIER_DATA_SHAPE` where a parameter is missing or of another
 *   shape
 */
export function toLayersModel(
  architecture: Architecture,
  parameters: EngineState['parameters'],
  { softmax = false }: ToLayersModelOptions = {},
): tf.LayersModel {
  const plain = withoutGroups({ architecture, parameters });
  const names = layerNames(architecture.nodes.map(({ name }) => name));
  const network = buildArchitecture(plain.architecture, portableLayers(names));
  try {
    for (const { name, variable } of network.parameters) {
      const values = denseValues(name, variable.shape, plain.parameters);
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
  } catch (error) {
    network.model.dispose();
    throw error;
  }
  const { inputs, outputs } = network.model;
  const name = architecture.name;
  if (!softmax) return tf.model({ inputs, outputs, name });
  const probabilities = tf.layers.softmax({ name: unused('softmax', names) }).apply(outputs);
  return tf.model({ inputs, outputs: probabilities as tf.SymbolicTensor, name });
}

function unused(name: string, names: ReadonlyMap<string, string>): string {
  return [...names.values()].includes(name) ? unused(`${name}_`, names) : name;
}

function denseValues(
  name: string,
  shape: readonly number[],
  parameters: Readonly<Record<string, StateTensor>>,
): Float32Array {
  const tensor = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (tensor === undefined || String(tensor.shape) !== String(shape)) {
    const what = tensor === undefined ? 'is missing' : `has the shape [${tensor.shape.join(', ')}]`;
    throw new EspalierError(
      'ESPALIER_DATA_SHAPE',
      `The parameter "${name}" of shape [${shape.join(', ')}] ${what} among the weights.`,
    );
  }
  const { data, positions } = tensor;
  if (positions === undefined) return Float32Array.from(data);
  const values = new Float32Array(sizeOf(shape));
  for (let k = 0; k < positions.length; k++) values[positions[k]!] = data[k]!;
  return values;
}
