import type { Scores } from '../contract.js';
import { lowerKey, orderedKeys, upperKeys } from './keys.js';
import { findBucket, kthLargest, TOP } from './radix.js';

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
  if (count === n) {
    for (let i = 0; i < n; i++) chosen[i] = i;
    return chosen;
  }
  if (count === 0) return chosen;
  return scores instanceof Float32Array ? select32(scores, chosen) : select64(scores, chosen);
}

/** The upper bits decide, but for the scores that share those of the least chosen one. */
function select32(scores: Float32Array, chosen: Uint32Array): Uint32Array {
  const histogram = new Uint32Array(TOP);
  const keys = orderedKeys(scores, histogram);
  const { bucket, remaining } = findBucket(histogram, TOP, chosen.length);
  const sharing = new Uint32Array(histogram[bucket]!);
  const reaching = new Uint32Array(chosen.length - remaining + sharing.length);
  let s = 0;
  let r = 0;
  for (let i = 0; r < reaching.length; i++) {
    const upper = keys[i]! >>> 21;
    if (upper < bucket) continue;
    reaching[r++] = i;
    if (upper === bucket) sharing[s++] = keys[i]!;
  }
  if (sharing.length === remaining) return reaching;
  const { key: threshold, ties } = kthLargest(sharing, s, remaining);
  let left = ties;
  let filled = 0;
  for (let j = 0; filled < chosen.length; j++) {
    const key = keys[reaching[j]!]!;
    if (key < threshold || (key === threshold && left-- <= 0)) continue;
    chosen[filled++] = reaching[j]!;
  }
  return chosen;
}

/** The upper words decide, but for the scores that share the threshold's: there the lower words do. */
function select64(scores: Float64Array, chosen: Uint32Array): Uint32Array {
  const words = new Uint32Array(scores.buffer, scores.byteOffset, scores.length * 2);
  const keys = upperKeys(scores);
  const upper = kthLargest(keys, keys.length, chosen.length);
  let sharing = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i] === upper.key) sharing++;
  const lowerKeys = new Uint32Array(sharing);
  let l = 0;
  for (let i = 0; l < sharing; i++) {
    if (keys[i] === upper.key) lowerKeys[l++] = lowerKey(words, i, scores[i]!);
  }
  const lower = kthLargest(lowerKeys, sharing, upper.ties);
  let left = lower.ties;
  let filled = 0;
  l = 0;
  for (let i = 0; filled < chosen.length; i++) {
    const key = keys[i]!;
    if (key < upper.key) continue;
    if (key === upper.key) {
      const low = lowerKeys[l++]!;
      if (low < lower.key || (low === lower.key && left-- <= 0)) continue;
    }
    chosen[filled++] = i;
  }
  return chosen;
}
