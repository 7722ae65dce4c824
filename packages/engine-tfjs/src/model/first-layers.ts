import * as tf from '@tensorflow/tfjs';
import { functionalModel, leafLayers } from './layer-access.js';
import type { Substitution } from './substitution.js';

/** What TensorFlow.js keeps in dense and convolution layers. */
interface KernelLayer extends tf.layers.Layer {
  readonly kernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
  readonly activation: { apply(x: tf.Tensor): tf.Tensor } | null;
  readonly strides: number | [number, number];
  readonly padding: 'valid' | 'same' | 'causal';
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
}

/**
 * What to substitute so that layers fed with data do not have the gradient by their input computed, which nobody
 * needs: the fused operations that tf.layers calls compute it together with the others, the plain ones only on
 * demand. In a network of few layers it is the largest product of the backward pass.
 */
export function withoutInputGradient(model: tf.LayersModel): Substitution[] {
  return leafLayers(functionalModel(model)).flatMap(({ layer }) => {
    const linear = layer.inboundNodes.length === 1 ? linearPart(layer as KernelLayer) : undefined;
    if (!linear || dependsOnWeights(layer.input as tf.SymbolicTensor)) return [];
    const { bias } = layer as KernelLayer;
    const call = (inputs: tf.Tensor | tf.Tensor[]) =>
      tf.tidy(() => {
        const product = linear([inputs].flat()[0]!);
        const output = bias ? tf.add(product, bias.read()) : product;
        // Read here: a final softmax may be left out.
        const { activation } = layer as KernelLayer;
        return activation ? activation.apply(output) : output;
      });
    return [{ target: layer, key: 'call', value: call }];
  });
}

/** The product with the kernel, for layers whose call is that, a bias and an activation. */
function linearPart(layer: KernelLayer): ((input: tf.Tensor) => tf.Tensor) | undefined {
  const kernel = () => layer.kernel.read();
  switch (layer.getClassName()) {
    case 'Dense':
      if ((layer.input as tf.SymbolicTensor).rank !== 2) return undefined;
      return (input) => tf.matMul(input, kernel());
    case 'Conv2D': {
      const { strides, padding, dataFormat } = layer;
      if (padding === 'causal' || dataFormat !== 'channelsLast') return undefined;
      return (input) => tf.conv2d(input as tf.Tensor4D, kernel() as tf.Tensor4D, strides, padding);
    }
    default:
      return undefined;
  }
}

function dependsOnWeights({ sourceLayer, inputs }: tf.SymbolicTensor): boolean {
  return sourceLayer.trainableWeights.length > 0 || inputs.some(dependsOnWeights);
}
