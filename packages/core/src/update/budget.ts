import type { Clock } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { roundHalfUp } from '../numbers/index.js';
import type { Recipe } from '../recipe/index.js';
import type { StartPlan } from '../start/planner.js';
import { callStrategy } from './call.js';

/** The integer budget B(t) that the density schedule sets for an update. */
export function budgetAt(recipe: Recipe, start: StartPlan, clock: Clock): number {
  const { densitySchedule } = recipe;
  const density = callStrategy(densitySchedule, { step: clock.step }, () =>
    densitySchedule.strategy.density(clock, start.density),
  );
  // The start's budget may leave out layers kept dense, which a density alone does not know.
  if (density === start.density) return start.budget;
  if (!(density > 0 && density <= 1)) {
    throw new EspalierError(
      'ESPALIER_STRATEGY_RESULT',
      `densitySchedule "${densitySchedule.name}" of ${densitySchedule.plugin} gave the density ${density} at step ` +
        `${clock.step}; it must lie in (0, 1].`,
    );
  }
  return roundHalfUp(density * start.sparse.reduce((size, layer) => size + layer.size, 0));
}
