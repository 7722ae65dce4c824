import * as tf from '@tensorflow/tfjs';
import type { PortableLayers } from '../model/build-architecture.js';

const OUTER = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715 * OUTER;

/**
 * Layers that can be saved and loaded elsewhere.
 * @param names - of layers by node
 */
export function portableLayers(names: ReadonlyMap<string, string>): PortableLayers {
  return {
    name: (node) => names.get(node)!,
    distinct: (inputs, name) =>
      // TensorFlow.js frees a tensor after its first use by a layer that reads it several times.
      inputs.map((input, i) =>
        inputs.indexOf(input) === i ? input : rescaled(input, 1, `${name}/input_${i}`),
      ),
    gelu,
  };
}

/**
 * The tanh form of GELU by layers that can be loaded: TensorFlow.js writes its own activation `gelu_new`, but reads it
 * as `geluNew`, which it does not know. x sigmoid(a x + b x^3) is the same function.
 */
function gelu(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  const factors = [x, rescaled(x, 1, `${name}/same`), rescaled(x, CUBIC, `${name}/scaled`)];
  const terms = [
    rescaled(x, OUTER, `${name}/linear`),
    tf.layers.multiply({ name: `${name}/cubic` }).apply(factors) as tf.SymbolicTensor,
  ];
  const sum = tf.layers.add({ name: `${name}/sum` }).apply(terms);
  const gate = tf.layers.activation({ name: `${name}/gate`, activation: 'sigmoid' }).apply(sum);
  return tf.layers.multiply({ name }).apply([x, gate as tf.SymbolicTensor]) as tf.SymbolicTensor;
}

function rescaled(x: tf.SymbolicTensor, scale: number, name: string): tf.SymbolicTensor {
  return tf.layers.rescaling({ name, scale, offset: 0 }).apply(x) as tf.SymbolicTensor;
}
