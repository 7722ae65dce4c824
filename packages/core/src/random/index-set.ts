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
    const slot = this.#slotOf(value);
    if (this.#slots[slot] === value) return false;
    this.#slots[slot] = value;
    return true;
  }

  /** Whether a member is there. */
  has(value: number): boolean {
    return this.#slots[this.#slotOf(value)] === value;
  }

  /** Where a member is, or where it would go. */
  #slotOf(value: number): number {
    let slot = (Math.imul(value % 4294967296, 0x9e3779b1) ^ (value / 4294967296)) & this.#mask;
    for (;;) {
      const found = this.#slots[slot]!;
      if (found === value || found === -1) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
