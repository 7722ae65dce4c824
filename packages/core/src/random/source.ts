import type { RandomStream } from '../contract.js';
import { KeyedStream } from './keyed-stream.js';

/** Makes reproducible streams; core's only source of randomness, replaceable as a service. */
export interface RandomSource {
  /** The key of every stream. */
  readonly seed: number;
  /**
   * The stream of a purpose, a name (a layer, a data set, or empty) and a step. Equal keys give equal numbers,
   * different keys independent ones.
   */
  stream(purpose: string, name: string, step: number): RandomStream;
}

/**
 * Philox4x32-10 streams: key = seed, counter = (64-bit hash of purpose and name, step, block), so that neither
 * the order of layers nor the number of threads matters.
 *
 * @param seed - an integer in [0, 2^53)
 * @throws TypeError for any other seed
 */
export function createRandomSource(seed: number): RandomSource {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TypeError(`The seed ${seed} is not an integer from 0 to 2^53 - 1.`);
  }
  const key = Uint32Array.of(seed % 4294967296, Math.floor(seed / 4294967296));
  const hashes = new Map<string, Uint32Array>();
  return {
    seed,
    stream(purpose, name, step) {
      const text = `${purpose}\u0000${name}`;
      let hash = hashes.get(text);
      if (hash === undefined) {
        hash = fnv1a64(text);
        hashes.set(text, hash);
      }
      return new KeyedStream(key, hash, step);
    },
  };
}

/** 64-bit FNV-1a over the UTF-8 bytes. */
function fnv1a64(text: string): Uint32Array {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return Uint32Array.of(Number(hash & 0xffffffffn), Number(hash >> 32n));
}
