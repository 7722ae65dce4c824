import type { Positions, Proposal } from '../contract.js';
import { newPositions } from './positions.js';
import { kthLargest } from './radix.js';

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/**
 * The positions outside `excluded` with the largest absolute value, of equal ones the lower position; in
 * O(size). What engines that hold a dense signal answer `strongest` with.
 *
 * @param values - one per position; doubles are rounded to float32 first, as signals are read
 * @param limit - at most so many
 * @param excluded - ascending positions that are no candidates
 * @param atLeast - leaves out candidates whose absolute value is below it; 0 leaves out nothing
 * @returns ascending positions with absolute values as scores
 * @throws RangeError naming the position where a candidate's value is NaN
 */
export function strongestOf(
  values: Float32Array | Float64Array,
  limit: number,
  excluded: Positions,
  atLeast: number,
): Proposal {
  const single = values instanceof Float32Array ? values : Float32Array.from(values);
  const bits = new Uint32Array(single.buffer, single.byteOffset, single.length);
  const least = bitsOfAtLeast(atLeast);
  // A candidate's key is its absolute value's bits plus one; 0 stands for what is no candidate.
  const keys = new Uint32Array(single.length);
  let candidates = 0;
  for (let i = 0; i < keys.length; i++) {
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude >= least) {
      keys[i] = magnitude + 1;
      candidates++;
    }
  }
  for (let i = 0; i < excluded.length; i++) {
    const position = excluded[i]!;
    if (keys[position] !== 0) {
      keys[position] = 0;
      candidates--;
    }
  }
  const count = Math.max(0, Math.min(limit, candidates));
  const positions = newPositions(keys.length, count);
  const scores = new Float32Array(count);
  if (count === 0) return { positions, scores };

  const { key: threshold, ties } =
    count === candidates ? { key: 0, ties: 0 } : kthLargest(keys, keys.length, count);
  const scoreBits = new Uint32Array(scores.buffer);
  let left = ties;
  let filled = 0;
  for (let i = 0; filled < count; i++) {
    const key = keys[i]!;
    if (key > threshold || (key === threshold && key !== 0 && left-- > 0)) {
      if (key > 0x7f800001) throw new RangeError(`The value at position ${i} is NaN.`);
      positions[filled] = i;
      scoreBits[filled++] = key - 1;
    }
  }
  return { positions, scores };
}

/** The bits of the smallest float32 that is not below a bound. */
function bitsOfAtLeast(bound: number): number {
  if (!(bound > 0)) return 0;
  float[0] = bound;
  return float[0]! < bound ? floatBits[0]! + 1 : floatBits[0]!;
}
