import { ARCHITECTURES, architectureByName, maskableLayers } from '@espalier/architectures';
import { describeLayer, type LayerDescription, type LayerShape } from '@espalier/core';
import type { ResolvedConfig, TopologyLayer } from '@espalier/runs';

/**
 * How the layers of a topology log are read: which positions lead into which unit.
 * @returns one shape per layer; undefined where the network came from code and its kind can't be told
 */
export function layerShapes(
  config: ResolvedConfig,
  layers: readonly TopologyLayer[],
): (LayerShape | undefined)[] {
  const known = new Map(descriptions(config).map((each) => [`${each.name} ${each.shape}`, each]));
  return layers.map(({ name, shape }, i) => {
    const description = known.get(`${name} ${shape}`) ?? dense(name, shape);
    return description && describeLayer(description, i);
  });
}

function descriptions({ architecture: { use, ...options } }: ResolvedConfig): readonly LayerDescription[] {
  return Object.hasOwn(ARCHITECTURES, use) ? maskableLayers(architectureByName(use, options)) : [];
}

/** Kernels of two dimensions are read in one way only. */
function dense(name: string, shape: readonly number[]): LayerDescription | undefined {
  return shape.length === 2 ? { name, kind: 'dense', shape } : undefined;
}
