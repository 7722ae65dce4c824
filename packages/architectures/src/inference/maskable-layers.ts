import type { Architecture, LayerDescription } from '@espalier/core';
import { inferShapes } from './infer-shapes.js';

/**
 * The weight tensors that can be sparse: every kernel, never a bias or a parameter of batch normalisation.
 *
 * @param architecture - see {@link inferShapes}
 * @returns in forward order
 * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE, see {@link inferShapes}
 */
export function maskableLayers(architecture: Architecture): readonly LayerDescription[] {
  return inferShapes(architecture).nodes.flatMap(({ parameters }) =>
    parameters.flatMap(({ layer }) => (layer === undefined ? [] : [layer])),
  );
}

/**
 * The shape of what an architecture gives for one example, e.g. [10] for ten logits.
 *
 * @param architecture - see {@link inferShapes}
 * @throws EspalierError ESPALIER_INVALID_ARCHITECTURE, see {@link inferShapes}
 */
export function outputShape(architecture: Architecture): readonly number[] {
  return inferShapes(architecture).outputShape;
}
