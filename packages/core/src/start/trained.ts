import type { BackwardSet, LayerShape, Positions } from '../contract.js';
import type { Bound } from '../registry/index.js';
import { strongestOf } from '../selection/index.js';
import { clockAt } from '../training/clock.js';
import { askTrained } from '../update/trained.js';
import type { StartOptions } from './allocation.js';
import { type StartScope, startContext } from './context.js';

/** Which inactive positions of a layer are trained from the first step on. */
export function startTrained(
  backward: Bound<BackwardSet>,
  scope: StartScope & { readonly options: StartOptions },
  shape: LayerShape,
  active: Positions,
  latent: Float32Array,
): Positions | 'all' {
  const length = scope.options.length ?? { totalSteps: 1, stepsPerEpoch: 1 };
  const context = { ...clockAt(length, 0, 0), ...startContext(backward, scope) };
  const strongest = (limit: number) => strongestOf(latent, limit, active, 0).positions;
  return askTrained(backward, shape, active, strongest, context);
}
