import { ArrayLayer } from './array-layer.js';

/**
 * A layer whose positions are those of a flat list, as in the golden vectors that give no shapes: one unit with
 * as many inputs as there are values.
 */
export function rowLayer(
  name: string,
  mask: ArrayLike<number>,
  weights: ArrayLike<number>,
  signals: Readonly<Record<string, ArrayLike<number>>> = {},
): ArrayLayer {
  return new ArrayLayer({ name, kind: 'dense', shape: [mask.length, 1] }, { mask, weights, signals });
}
