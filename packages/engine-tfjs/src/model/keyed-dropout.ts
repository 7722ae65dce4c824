import type { RandomStream } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { functionalModel, internals, leafLayers } from './layer-access.js';
import type { Substitution } from './substitution.js';

/** Gives the stream of a dropout layer for the present step. */
export type DropoutStream = (layer: string) => RandomStream;

const DROPOUT: ReadonlySet<string> = new Set(['Dropout', 'SpatialDropout1D']);

/**
 * What to substitute so that the dropout layers of a model draw from keyed streams: one uniform number per
 * value in row-major order, dropped where it is below the rate. The stock layers draw from a global generator,
 * or with a seed the same mask at every step.
 * @param names - of the layers, where they are not known by their path
 */
export function keyedDropout(
  model: tf.LayersModel,
  stream: DropoutStream,
  names?: ReadonlyMap<tf.layers.Layer, string>,
): Substitution[] {
  return leafLayers(functionalModel(model))
    .filter(({ layer }) => DROPOUT.has(layer.getClassName()))
    .map(({ path, layer }) => {
      const name = names?.get(layer) ?? path;
      const { rate, getNoiseShape } = internals(layer);
      const call = (inputs: tf.Tensor | tf.Tensor[]) =>
        tf.tidy(() => {
          const input = [inputs].flat()[0]!;
          const shape = getNoiseShape?.call(layer, input) ?? input.shape;
          return tf.mul(
            input,
            tf.tensor(keepScales(tf.util.sizeFromShape(shape), rate!, stream(name)), shape),
          );
        });
      return { target: layer, key: 'call', value: call };
    });
}

function keepScales(size: number, rate: number, stream: RandomStream): Float32Array {
  const scales = new Float32Array(size);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < size; i++) scales[i] = stream.uniform() < rate ? 0 : kept;
  return scales;
}
