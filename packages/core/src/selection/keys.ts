import type { Scores } from '../contract.js';

/**
 * Unsigned 32-bit keys in the order of float32 scores; -0 and 0 share a key.
 * @param histogram - receives how many keys have each value of the upper 11 bits
 * @throws RangeError naming the first index that holds NaN
 */
export function orderedKeys(scores: Float32Array, histogram: Uint32Array): Uint32Array {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const keys = new Uint32Array(scores.length);
  for (let i = 0; i < keys.length; i++) {
    const b = bits[i]!;
    if ((b & 0x7fffffff) > 0x7f800000) throw notANumber(i);
    const key = b < 0x80000000 || b === 0x80000000 ? b | 0x80000000 : ~b;
    keys[i] = key;
    histogram[key >>> 21]!++;
  }
  return keys;
}

/**
 * The upper words of 64-bit keys in the order of float64 scores; -0 and 0 share a key.
 * @throws RangeError naming the first index that holds NaN
 */
export function upperKeys(scores: Float64Array): Uint32Array {
  const words = new Uint32Array(scores.buffer, scores.byteOffset, scores.length * 2);
  const keys = new Uint32Array(scores.length);
  for (let i = 0; i < keys.length; i++) {
    const value = scores[i]!;
    // biome-ignore lint/suspicious/noSelfCompare: the one value that differs from itself; a call costs more.
    if (value !== value) throw notANumber(i);
    const high = value === 0 ? 0 : words[2 * i + 1]!;
    keys[i] = value < 0 ? ~high : high | 0x80000000;
  }
  return keys;
}

/** The lower word of the 64-bit key of one score, see {@link upperKeys}. */
export function lowerKey(words: Uint32Array, index: number, value: number): number {
  const low = words[2 * index]!;
  return value < 0 ? ~low >>> 0 : low;
}

/** Where scores contain NaN. @returns the first index, or -1 */
export function firstNaN(scores: Scores): number {
  // Runtimes look for one value faster than any loop here, above all where it has not run yet.
  return scores.includes(Number.NaN) ? scores.findIndex(Number.isNaN) : -1;
}

function notANumber(index: number): RangeError {
  return new RangeError(`The score at index ${index} is NaN.`);
}
