import type { Positions } from '../contract.js';
import { common } from '../selection/index.js';

/** How two topologies of one layer compare. */
export interface Overlap {
  /** Positions active in both. */
  readonly intersection: number;
  /** Positions active in exactly one. */
  readonly hamming: number;
  /** Hamming distance as a share of the layer's positions. */
  readonly hammingNormalised: number;
  /** Intersection / union; 1 for two empty topologies. */
  readonly jaccard: number;
  /** Intersection / the smaller number of active positions; 1 where that is 0. */
  readonly overlap: number;
}

/**
 * Compares two topologies of one layer.
 *
 * @param a - ascending active positions
 * @param b - ascending active positions
 * @param size - positions of the layer
 */
export function compareTopologies(a: Positions, b: Positions, size: number): Overlap {
  const intersection = common(a, b).length;
  const either = a.length + b.length - intersection;
  const smaller = Math.min(a.length, b.length);
  const hamming = either - intersection;
  return {
    intersection,
    hamming,
    hammingNormalised: hamming / size,
    jaccard: either === 0 ? 1 : intersection / either,
    overlap: smaller === 0 ? 1 : intersection / smaller,
  };
}
