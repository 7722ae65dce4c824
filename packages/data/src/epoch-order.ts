import { createRandomSource } from '@espalier/core';

/** The shuffled order of an epoch, remembered for the epoch asked for last. */
export class EpochOrder {
  #key = '';
  #order: Uint32Array = new Uint32Array(0);

  /**
   * @param name - the data set's name, part of the random key
   * @param size - how many examples are shuffled
   */
  constructor(
    readonly name: string,
    readonly size: number,
  ) {}

  /** A permutation of 0 to size - 1, a pure function of name, size, seed and epoch (Fisher-Yates). */
  of(seed: number, epoch: number): Uint32Array {
    const key = `${seed}/${epoch}`;
    if (key === this.#key) return this.#order;
    const stream = createRandomSource(seed).stream('shuffle', this.name, epoch);
    const order = permutation(this.size, (n) => stream.below(n));
    this.#key = key;
    this.#order = order;
    return order;
  }
}

/**
 * A uniform permutation of 0 to size - 1.
 * @param below - uniform integers below its argument
 */
export function permutation(size: number, below: (n: number) => number): Uint32Array {
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  for (let i = size - 1; i > 0; i--) {
    const j = below(i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}
