import type * as tf from '@tensorflow/tfjs';
import type { PlacedLayer } from './layer-access.js';

/**
 * The name of a layer's weight: the layer's path and what the layer calls the weight, e.g.
 * `outer/inner/dense_1/kernel`. Unlike the name of the variable it does not depend on what other models exist.
 */
export function parameterName({ path, layer }: PlacedLayer, weight: tf.LayerVariable): string {
  const { originalName } = weight;
  const scope = `${layer.name}/`;
  const at = originalName.lastIndexOf(scope);
  return `${path}/${at >= 0 ? originalName.slice(at + scope.length) : originalName.split('/').at(-1)}`;
}
