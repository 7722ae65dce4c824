// 0.29 * 100 is 28.999999999999996: the guard keeps counts from falling one short for binary reasons.
const GUARD = 1e-9;

/** Guarded floor of a share of a count: `floorCount(0.29 * 100)` is 29. The default for pruned counts. */
export function floorCount(value: number): number {
  return Math.floor(value + GUARD);
}

/** Guarded ceiling of a share of a count. */
export function ceilCount(value: number): number {
  return Math.ceil(value - GUARD);
}

/** Rounds to the nearest integer, halves up; budgets are rounded so. */
export function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5 + GUARD);
}

/** Sum of numbers. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
