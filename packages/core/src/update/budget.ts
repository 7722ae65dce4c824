import type { Clock } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { roundHalfUp, sum } from '../numbers/index.js';
import type { Recipe } from '../recipe/index.js';
import type { StartState } from '../start/planner.js';
import { callStrategy } from './call.js';

/** The integer budget B(t) that the density schedule sets for an update. */
export function budgetAt(recipe: Recipe, start: StartState, clock: Clock): number {
  const { density: target, targetBudget } = start;
  return scheduledBudget(
    recipe,
    { target, targetBudget, size: sum(start.sparse.map(({ size }) => size)) },
    clock,
  );
}

/** What a density schedule leads to. */
export interface BudgetTarget {
  /** The target density. */
  readonly target: number;
  /** Its budget, which may leave out layers kept dense: a density alone does not know of those. */
  readonly targetBudget: number;
  /** Positions of the sparse layers. */
  readonly size: number;
}

/**
 * The budget that the density schedule sets at a clock.
 * @throws EspalierError ESPALIER_STRATEGY_RESULT for a density outside (0, 1]
 */
export function scheduledBudget(recipe: Recipe, to: BudgetTarget, clock: Clock): number {
  const { densitySchedule } = recipe;
  const density = callStrategy(densitySchedule, { step: clock.step }, () =>
    densitySchedule.strategy.density(clock, to.target),
  );
  if (density === to.target) return to.targetBudget;
  if (!(density > 0 && density <= 1)) {
    throw new EspalierError(
      'ESPALIER_STRATEGY_RESULT',
      `densitySchedule "${densitySchedule.name}" of ${densitySchedule.plugin} gave the density ${density} at step ` +
        `${clock.step}; it must lie in (0, 1].`,
    );
  }
  return roundHalfUp(density * to.size);
}
