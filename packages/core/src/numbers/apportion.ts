import { EspalierError } from '../errors/index.js';
import { floorCount, sum } from './rounding.js';

/**
 * Makes real targets whole: the largest-remainder rule with floors and caps. A capped entry's surplus spreads
 * one by one over the others; ties go to the lower index. Totals are exact by construction.
 *
 * @param targets - the real-valued shares, any sum
 * @param budget - integer that the result sums to
 * @param bounds - `floors` (default 0) and `caps` (default the budget), integers per entry
 * @returns one integer per target
 * @throws EspalierError ESPALIER_INFEASIBLE_BUDGET where the floors exceed the budget or the caps fall short of it
 */
export function apportion(
  targets: readonly number[],
  budget: number,
  bounds: { readonly floors?: readonly number[]; readonly caps?: readonly number[] } = {},
): number[] {
  const floors = bounds.floors ?? targets.map(() => 0);
  const caps = bounds.caps ?? targets.map(() => budget);
  if (sum(floors) > budget || sum(caps) < budget) {
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `A budget of ${budget} does not lie between the floors, ${sum(floors)} in all, and the caps, ${sum(caps)} in all.`,
    );
  }
  const counts = targets.map((target, i) => Math.min(Math.max(floorCount(target), floors[i]!), caps[i]!));
  const missing = budget - sum(counts);
  const sign = Math.sign(missing);
  const limits = sign > 0 ? caps : floors;
  const queue = new RemainderQueue(targets, counts, sign, limits);
  for (let left = fillLevels(targets, counts, sign, limits, Math.abs(missing)); left > 0; left--)
    queue.step();
  return counts;
}

/**
 * Single steps would take as many rounds as weights are missing. The i-th step of an entry has the priority
 * (excess - i), so all steps above some level can be taken at once; bisection finds the lowest level that
 * does not take too many, and the single steps settle the rest with its ties.
 *
 * @returns how many are still missing: at most about two per entry
 */
function fillLevels(
  targets: readonly number[],
  counts: number[],
  sign: number,
  limits: readonly number[],
  missing: number,
): number {
  if (missing <= 2 * targets.length) return missing;
  const excess = counts.map((count, i) => sign * (targets[i]! - count));
  const room = counts.map((count, i) => sign * (limits[i]! - count));
  const steps = (level: number) =>
    excess.map((e, i) => Math.min(room[i]!, Math.max(0, Math.floor(e - level - 1e-6))));
  let high = Math.max(...excess);
  let low = Math.min(...excess) - missing - 2;
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    if (sum(steps(middle)) > missing) low = middle;
    else high = middle;
  }
  // A little above the level found, where rounding errors of equal priorities could part them.
  const taken = steps(high + 1e-3);
  for (const [i, n] of taken.entries()) counts[i]! += sign * n;
  return missing - sum(taken);
}

/** Yields the entry with the largest (when adding) or smallest (when taking back) target minus count. */
class RemainderQueue {
  readonly #targets: readonly number[];
  readonly #counts: number[];
  readonly #sign: number;
  readonly #limits: readonly number[];

  constructor(targets: readonly number[], counts: number[], sign: number, limits: readonly number[]) {
    this.#targets = targets;
    this.#counts = counts;
    this.#sign = sign;
    this.#limits = limits;
  }

  step(): void {
    let best = -1;
    let bestExcess = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#targets.length; i++) {
      const count = this.#counts[i]!;
      if (this.#sign > 0 ? count >= this.#limits[i]! : count <= this.#limits[i]!) continue;
      const excess = this.#sign * (this.#targets[i]! - count);
      if (excess > bestExcess) {
        best = i;
        bestExcess = excess;
      }
    }
    this.#counts[best]! += this.#sign;
  }
}
