import { type ShapedArchitecture, sizeOf } from '@espalier/architectures';
import { computingNodes } from '../network/plan.js';

/**
 * The work of a step from which on threads pay: with less, what they wait for each other and their narrower tiles cost
 * more than they bring, on a busy machine in any case.
 */
export const WORTH_THREADS = 2e6;

/** Multiplications that take about as long as what is done with one value besides: to activate, normalise or pool it. */
const PER_VALUE = 5;

/**
 * What one example costs, in multiplications of its forward pass.
 * @param products - active weights, those of a convolution at each of its pixels
 */
export function workOf(shaped: ShapedArchitecture, products: number): number {
  return computingNodes(shaped).reduce(
    (sum, { outputShape }) => sum + PER_VALUE * sizeOf(outputShape),
    products,
  );
}
