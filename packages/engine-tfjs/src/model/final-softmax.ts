import * as tf from '@tensorflow/tfjs';
import { functionalModel, internals } from './layer-access.js';
import type { Substitution } from './substitution.js';

const WITH_ACTIVATION: ReadonlySet<string> = new Set([
  'Activation',
  'Dense',
  'Conv1D',
  'Conv2D',
  'Conv2DTranspose',
  'DepthwiseConv2D',
  'SeparableConv2D',
]);

/**
 * What to substitute so that a model that ends in a softmax gives its logits: a layer of its own, or the
 * activation of the last layer, in nested models too.
 * @returns undefined where the model does not end in a softmax over the last axis
 */
export function logitsInsteadOfSoftmax(model: tf.LayersModel): Substitution | undefined {
  const output = functionalModel(model).outputs[0]!;
  const last = output.sourceLayer;
  const inside = internals(last);
  // A layer used in several places must stay what it is in the others.
  if (inside.inboundNodes.length > 1 && !inside.layers) return undefined;
  if (inside.layers) return logitsInsteadOfSoftmax(last as tf.LayersModel);
  if (last.getClassName() === 'Softmax') {
    if (inside.axis !== -1 && inside.axis !== output.rank - 1) return undefined;
    return { target: last, key: 'call', value: (inputs: tf.Tensor | tf.Tensor[]) => [inputs].flat()[0] };
  }
  if (!WITH_ACTIVATION.has(last.getClassName()) || inside.activation?.getClassName() !== 'softmax')
    return undefined;
  const linear = internals(tf.layers.activation({ activation: 'linear' })).activation;
  return { target: last, key: 'activation', value: linear };
}
