import { sum } from '../numbers/index.js';

/**
 * How far two allocations of weights to layers are apart: half the sum of absolute differences of their shares,
 * from 0 (the same shares) to 1 (no layer in common).
 *
 * @param a - non-zeros per layer
 * @param b - non-zeros per layer
 */
export function shareDistance(a: readonly number[], b: readonly number[]): number {
  const allA = sum(a);
  const allB = sum(b);
  return sum(a.map((n, i) => Math.abs(n / allA - b[i]! / allB))) / 2;
}
