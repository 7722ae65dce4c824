import type { LayerShape, Positions } from '../contract.js';
import type { Recipe } from '../recipe/index.js';
import { badResult, callStrategy, expectTyped } from '../update/call.js';
import { type StartScope, startContext } from './context.js';

/**
 * The values that a recipe's weight initialiser gives to some positions of a layer.
 * @throws EspalierError ESPALIER_STRATEGY_RESULT for another number of values, or one that is not finite
 */
export function fillWeights(
  scope: StartScope & { readonly recipe: Recipe },
  shape: LayerShape,
  positions: Positions,
): Float32Array {
  const { weights } = scope.recipe;
  const where = { layer: shape.name };
  const values = callStrategy(weights, where, () =>
    weights.strategy.weights(shape, positions, startContext(weights, scope)),
  );
  expectTyped(weights, where, values, 'values');
  if (values.length !== positions.length || !values.every(Number.isFinite)) {
    throw badResult(
      weights,
      where,
      `returned ${values.length} values; ${positions.length} finite ones are due`,
    );
  }
  return values;
}
