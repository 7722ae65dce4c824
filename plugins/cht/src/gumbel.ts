import type { RandomStream } from '@espalier/core';

/**
 * A random key for some weight: the k largest keys are k draws without replacement, each in proportion to what is left
 * of the weights.
 */
export function gumbelKey(logarithm: number, random: RandomStream): number {
  return logarithm - Math.log(-Math.log(1 - random.uniform()));
}
