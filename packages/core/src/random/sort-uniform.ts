import type { Positions } from '../contract.js';

/** Values that a pass spreads over one bucket at a time, in the first pass and in the second. */
const COARSE = 2048;
const FINE = 4;

/**
 * Sorts numbers that are spread about evenly over [0, bound), in O(n): two passes leave every number next to its
 * place, and insertion does the rest.
 *
 * @param values - left as they are
 * @returns ascending
 */
export function sortUniform(values: Positions, bound: number): Positions {
  const sorted = values.slice();
  const starts = spread(values, sorted, 0, bound, COARSE);
  const width = bound / (starts.length - 1);
  for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
    const part = sorted.subarray(starts[bucket]!, starts[bucket + 1]!);
    spread(part.slice(), part, bucket * width, width, FINE);
  }
  insert(sorted);
  return sorted;
}

/** Puts values into buckets of about `share` values each. @returns where buckets start */
function spread(from: Positions, to: Positions, low: number, width: number, share: number): Uint32Array {
  const buckets = Math.ceil((from.length + 1) / share);
  const scale = buckets / width;
  const last = buckets - 1;
  const starts = new Uint32Array(buckets + 1);
  // Rounding may put a value at an edge into a neighbour's bucket, or outside.
  for (let i = 0; i < from.length; i++) {
    starts[Math.max(0, Math.min(last, Math.floor((from[i]! - low) * scale))) + 1]!++;
  }
  for (let bucket = 0; bucket < buckets; bucket++) starts[bucket + 1]! += starts[bucket]!;
  const next = starts.slice();
  for (let i = 0; i < from.length; i++) {
    const bucket = Math.max(0, Math.min(last, Math.floor((from[i]! - low) * scale)));
    to[next[bucket]!++] = from[i]!;
  }
  return starts;
}

function insert(values: Positions): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let at = i;
    for (; at > 0 && values[at - 1]! > value; at--) values[at] = values[at - 1]!;
    values[at] = value;
  }
}
