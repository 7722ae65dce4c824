import type { Scores } from '../contract.js';

/**
 * Unsigned 32-bit keys in the order of float32 scores; -0 and 0 share a key.
 * @throws RangeError naming the first index that holds NaN
 */
export function orderedKeys(scores: Float32Array): Uint32Array {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const keys = new Uint32Array(scores.length);
  for (let i = 0; i < keys.length; i++) {
    const b = bits[i]!;
    if ((b & 0x7fffffff) > 0x7f800000) throw notANumber(i);
    keys[i] = orderedWord(b === 0x80000000 ? 0 : b, b >>> 31 === 1 && b !== 0x80000000);
  }
  return keys;
}

/** The upper and lower words of 64-bit keys in the order of float64 scores. */
export function orderedKeyPairs(scores: Float64Array): {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
} {
  const words = new Uint32Array(scores.buffer, scores.byteOffset, scores.length * 2);
  const high = new Uint32Array(scores.length);
  const low = new Uint32Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    const value = scores[i]!;
    if (Number.isNaN(value)) throw notANumber(i);
    const negative = value < 0;
    high[i] = orderedWord(value === 0 ? 0 : words[2 * i + 1]!, negative);
    low[i] = negative ? ~words[2 * i]! : words[2 * i]!;
  }
  return { high, low };
}

/** Whether scores contain NaN, and where. @returns the first index, or -1 */
export function firstNaN(scores: Scores): number {
  return scores.findIndex(Number.isNaN);
}

function orderedWord(bits: number, negative: boolean): number {
  return negative ? ~bits : bits | 0x80000000;
}

function notANumber(index: number): RangeError {
  return new RangeError(`The score at index ${index} is NaN.`);
}
