/** A set of non-negative integers below 2^53 in open addressing: no allocation per member. */
export class IndexSet {
  readonly #slots: Float64Array;
  readonly #mask: number;

  /** @param capacity - the most members it will hold */
  constructor(capacity: number) {
    let length = 16;
    while (length < capacity * 2) length *= 2;
    this.#slots = new Float64Array(length).fill(-1);
    this.#mask = length - 1;
  }

  /** Adds a member. @returns false where it was there already */
  add(value: number): boolean {
    let slot = (Math.imul(value % 4294967296, 0x9e3779b1) ^ (value / 4294967296)) & this.#mask;
    for (;;) {
      const found = this.#slots[slot]!;
      if (found === value) return false;
      if (found === -1) {
        this.#slots[slot] = value;
        return true;
      }
      slot = (slot + 1) & this.#mask;
    }
  }
}
