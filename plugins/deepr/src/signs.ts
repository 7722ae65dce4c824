import { createRandomSource, type LayerShape } from '@espalier/core';

/** The sign that every position keeps for the whole run: a pure function of seed, layer and position. */
export class Signs {
  readonly #seed: number;
  readonly #keys = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The signs of one layer. */
  of({ name }: LayerShape): (position: number) => 1 | -1 {
    const key = this.#keyOf(name);
    // A stream per position would cost more than the step: one drawn key, and a hash from there on.
    return (position) => (mix(mix(key ^ (position >>> 0)) ^ Math.floor(position / 2 ** 32)) < 0 ? -1 : 1);
  }

  #keyOf(name: string): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = createRandomSource(this.#seed)
      .stream('deepr/sign', name, 0)
      .below(2 ** 32);
    this.#keys.set(name, key);
    return key;
  }
}

/** The finaliser of MurmurHash3: every bit of the result depends on every bit of the number. */
function mix(number: number): number {
  let hash = number;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
