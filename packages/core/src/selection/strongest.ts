import type { Positions, Proposal } from '../contract.js';
import { newPositions } from './positions.js';
import { kthLargest } from './radix.js';

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);
const INFINITY_BITS = 0x7f800000;
// The upper 11 of a magnitude's 31 bits: its exponent and eighths of an octave.
const BUCKET_SHIFT = 20;
const BUCKETS = 2048;

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
  // The bits of absolute values order like the values themselves.
  const bits = new Uint32Array(single.buffer, single.byteOffset, single.length);
  const least = bitsOfAtLeast(atLeast);
  const bound = least > 0 ? { magnitude: least, count: 1024 } : boundOfLargest(bits, limit, excluded);
  const gathered = gather(bits, bound, excluded);
  return choose(gathered, Math.max(0, limit), single.length);
}

/** Candidates: ascending positions and the bits of their absolute values. */
interface Gathered {
  readonly positions: Uint32Array;
  readonly magnitudes: Uint32Array;
  readonly count: number;
}

/** A magnitude, and about how many candidates reach it. */
interface Bound {
  readonly magnitude: number;
  readonly count: number;
}

/** A bound that the `limit` largest candidates reach, and few others: one histogram instead of a full selection. */
function boundOfLargest(bits: Uint32Array, limit: number, excluded: Positions): Bound {
  const candidates = bits.length - excluded.length;
  if (limit >= candidates) return { magnitude: 0, count: candidates };
  const histogram = new Int32Array(BUCKETS);
  for (let i = 0; i < bits.length; i++) histogram[(bits[i]! & 0x7fffffff) >>> BUCKET_SHIFT]!++;
  for (let i = 0; i < excluded.length; i++) {
    histogram[(bits[excluded[i]!]! & 0x7fffffff) >>> BUCKET_SHIFT]!--;
  }
  let bucket = BUCKETS - 1;
  let count = histogram[bucket]!;
  while (count < limit) count += histogram[--bucket]!;
  return { magnitude: bucket * 2 ** BUCKET_SHIFT, count };
}

/** Every candidate whose magnitude reaches a bound. */
function gather(bits: Uint32Array, bound: Bound, excluded: Positions): Gathered {
  const lowest = bound.magnitude;
  let positions = new Uint32Array(bound.count);
  let magnitudes = new Uint32Array(bound.count);
  let count = 0;
  let e = 0;
  for (let i = 0; i < bits.length; i++) {
    const magnitude = bits[i]! & 0x7fffffff;
    if (magnitude < lowest) continue;
    while (e < excluded.length && excluded[e]! < i) e++;
    if (e < excluded.length && excluded[e] === i) continue;
    if (count === positions.length) {
      positions = doubled(positions);
      magnitudes = doubled(magnitudes);
    }
    positions[count] = i;
    magnitudes[count++] = magnitude;
  }
  return { positions, magnitudes, count };
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length + 16);
  larger.set(array);
  return larger;
}

function choose({ positions, magnitudes, count }: Gathered, limit: number, size: number): Proposal {
  const chosen = Math.min(limit, count);
  const places = newPositions(size, chosen);
  const scores = new Float32Array(chosen);
  if (chosen === 0) return { positions: places, scores };
  const scoreBits = new Uint32Array(scores.buffer);
  const { key: threshold, ties } =
    chosen === count ? { key: 0, ties: count } : kthLargest(magnitudes, count, chosen);
  let left = ties;
  let filled = 0;
  for (let i = 0; filled < chosen; i++) {
    const magnitude = magnitudes[i]!;
    if (magnitude > threshold || (magnitude === threshold && left-- > 0)) {
      if (magnitude > INFINITY_BITS) throw new RangeError(`The value at position ${positions[i]} is NaN.`);
      places[filled] = positions[i]!;
      scoreBits[filled++] = magnitude;
    }
  }
  return { positions: places, scores };
}

/** The bits of the smallest float32 that is not below a bound. */
function bitsOfAtLeast(bound: number): number {
  if (!(bound > 0)) return 0;
  float[0] = bound;
  return float[0]! < bound ? floatBits[0]! + 1 : floatBits[0]!;
}
