import { EspalierError } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import picomatch from 'picomatch';
import { channelSources } from './channel-sources.js';
import { describeWeight, isMaskable } from './describe-weight.js';
import { functionalModel, leafLayers } from './layer-access.js';
import { type ModelParameter, variableOf } from './model-parameter.js';
import { parameterName } from './parameter-name.js';

/**
 * Lists the weight tensors of a model in forward order, each once however often its layer is used.
 *
 * Maskable are the kernels of dense, convolution, transposed, depthwise and separable layers that are trained.
 * @param include - globs of further weights to mask, e.g. `lstm_1/*kernel` or `embedding_1/embeddings`
 * @throws EspalierError `ESPALIER_UNKNOWN_LAYER` where a glob matches no trained weight of two axes or more
 */
export function modelParameters(model: tf.LayersModel, include: readonly string[] = []): ModelParameter[] {
  const globs = include.map((glob) => ({ glob, matches: picomatch(glob), used: false }));
  const names = new Set<string>();
  const candidates: string[] = [];
  const parameters: ModelParameter[] = [];
  const kernels = new Map<tf.layers.Layer, string[]>();
  for (const placed of leafLayers(functionalModel(model))) {
    for (const weight of placed.layer.weights) {
      const plainName = parameterName(placed, weight);
      const name = unused(plainName, names);
      const trained = placed.layer.trainable && weight.trainable;
      if (trained && weight.shape.length > 1) candidates.push(name);
      const asking = globs.filter(({ matches }) => matches(name));
      const layer = trained ? describeWeight(placed, weight, name, asking.length > 0) : undefined;
      if (layer) for (const glob of asking) glob.used = true;
      if (layer && isMaskable(placed.layer)) {
        kernels.set(placed.layer, [...(kernels.get(placed.layer) ?? []), name]);
      }
      parameters.push({
        name,
        variable: variableOf(weight),
        trained,
        isKernel: plainName.endsWith('kernel'),
        ...(layer ? { layer } : {}),
      });
    }
  }
  const idle = globs.find(({ used }) => !used);
  if (idle) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_LAYER',
      `include: "${idle.glob}" matches no weight that can be masked. There are: ${candidates.join(', ')}.`,
    );
  }
  const sources = channelSources(model, kernels);
  return parameters.map((parameter) => {
    const own = sources.get(parameter.name);
    return parameter.layer && own ? { ...parameter, layer: { ...parameter.layer, sources: own } } : parameter;
  });
}

function unused(name: string, names: Set<string>): string {
  let unique = name;
  for (let n = 1; names.has(unique); n++) unique = `${name}_${n}`;
  names.add(unique);
  return unique;
}
