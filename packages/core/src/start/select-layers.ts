import picomatch from 'picomatch';
import type { LayerShape } from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';

/**
 * The layers that globs name, by the tensor's name (`dense_1/kernel`) or the layer's (`dense_1`).
 *
 * @param what - for messages, e.g. `keepDense`
 * @returns one boolean per layer
 * @throws EspalierError ESPALIER_UNKNOWN_LAYER for a glob that matches no layer
 */
export function matchLayers(
  layers: readonly Pick<LayerShape, 'name'>[],
  globs: readonly string[],
  what: string,
): boolean[] {
  const chosen = layers.map(() => false);
  for (const glob of globs) {
    const matches = picomatch(glob);
    let any = false;
    for (const [i, { name }] of layers.entries()) {
      if (!matches(name) && !matches(layerName(name))) continue;
      chosen[i] = true;
      any = true;
    }
    if (!any) {
      const names = layers.map(({ name }) => name);
      throw new EspalierError(
        'ESPALIER_UNKNOWN_LAYER',
        `${what}: "${glob}" matches no layer.${suggest(glob, names)}`,
      );
    }
  }
  return chosen;
}

/** `dense_1` of `dense_1/kernel`. */
function layerName(tensor: string): string {
  const slash = tensor.lastIndexOf('/');
  return slash < 0 ? tensor : tensor.slice(0, slash);
}
