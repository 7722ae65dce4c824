import type { Scores } from '../contract.js';
import { orderedKeyPairs, orderedKeys } from './keys.js';
import { kthLargest } from './radix.js';

/**
 * The indices of the k largest scores, of equal ones the lower index; in O(n). Inputs are not modified.
 *
 * @param scores - no NaN; infinities are in order
 * @param k - how many; more than there are gives all
 * @returns ascending indices
 * @throws RangeError where a score is NaN
 */
export function selectLargest(scores: Scores, k: number): Uint32Array {
  const n = scores.length;
  const count = Math.max(0, Math.min(k, n));
  const chosen = new Uint32Array(count);
  if (count === 0) return chosen;
  if (count === n) return chosen.map((_, i) => i);
  return scores instanceof Float32Array ? select32(scores, chosen) : select64(scores, chosen);
}

function select32(scores: Float32Array, chosen: Uint32Array): Uint32Array {
  const keys = orderedKeys(scores);
  const { key: threshold, ties } = kthLargest(keys, keys.length, chosen.length);
  let left = ties;
  let filled = 0;
  for (let i = 0; filled < chosen.length; i++) {
    const key = keys[i]!;
    if (key > threshold || (key === threshold && left-- > 0)) chosen[filled++] = i;
  }
  return chosen;
}

function select64(scores: Float64Array, chosen: Uint32Array): Uint32Array {
  const { high, low } = orderedKeyPairs(scores);
  const upper = kthLargest(high, high.length, chosen.length);
  const lowerKeys = low.filter((_, i) => high[i] === upper.key);
  const lower = kthLargest(lowerKeys, lowerKeys.length, upper.ties);
  let left = lower.ties;
  let filled = 0;
  for (let i = 0; filled < chosen.length; i++) {
    const key = high[i]!;
    if (key < upper.key) continue;
    if (key > upper.key || low[i]! > lower.key || (low[i] === lower.key && left-- > 0)) chosen[filled++] = i;
  }
  return chosen;
}
