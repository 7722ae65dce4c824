/**
 * A reproducible source of random numbers, keyed by (seed, purpose, layer, step): two streams with different
 * keys are independent, so neither the order of layers nor the number of threads matters.
 */
export interface RandomStream {
  /** The next number, uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** The next number of a standard normal distribution (mean 0, variance 1). */
  normal(): number;
  /**
   * The next integer, uniform in [0, n).
   * @param n - exclusive upper bound, an integer from 1 to 2^53 - 1
   * @throws TypeError for another bound
   */
  below(n: number): number;
}
