import type { RandomStream } from '../contract.js';
import { philox4x32 } from './philox.js';

/** A stream of Philox blocks under one key: counter = (hash, hash, step, block number). */
export class KeyedStream implements RandomStream {
  readonly #counter: Uint32Array;
  readonly #key: Uint32Array;
  readonly #words = new Uint32Array(4);
  #used = 4;
  #spare = Number.NaN;

  constructor(key: Uint32Array, hash: Uint32Array, step: number) {
    this.#key = key;
    this.#counter = Uint32Array.of(hash[0]!, hash[1]!, step, 0);
  }

  uniform(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare;
      this.#spare = Number.NaN;
      return value;
    }
    // Box-Muller; 1 - u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > Number.MAX_SAFE_INTEGER) {
      throw new TypeError(`below(${n}): the bound must be an integer from 1 to 2^53 - 1.`);
    }
    if (n <= 4294967296) {
      // Words from the last, incomplete multiple of n upward would favour small results: draw again.
      const limit = 4294967296 - (4294967296 % n);
      for (;;) {
        const word = this.#word();
        if (word < limit) return word % n;
      }
    }
    const limit = 9007199254740992 - (9007199254740992 % n);
    for (;;) {
      const value = (this.#word() >>> 5) * 67108864 + (this.#word() >>> 6);
      if (value < limit) return value % n;
    }
  }

  #word(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key, this.#words);
      this.#counter[3]!++;
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }
}
