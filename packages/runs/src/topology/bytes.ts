import { newPositions, type Positions } from '@espalier/core';

/** Bytes that grow. Integers up to 2^53 are little-endian base 128, seven bits a byte, the highest bit meaning more. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  integer(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** The first position, then each one's distance from the one before, less 1. */
  positions(positions: Positions): void {
    let next = 0;
    for (let i = 0; i < positions.length; i++) {
      this.integer(positions[i]! - next);
      next = positions[i]! + 1;
    }
  }

  /** The bytes so far; not a copy. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  #next = 0;

  constructor(readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#next === this.bytes.length;
  }

  /** Everything that was not read yet. */
  rest(): Uint8Array {
    const rest = this.bytes.subarray(this.#next);
    this.#next = this.bytes.length;
    return rest;
  }

  /** @throws RangeError past the end */
  byte(): number {
    const byte = this.bytes[this.#next++];
    if (byte === undefined) throw new RangeError(`it ends inside a number, after ${this.bytes.length} bytes`);
    return byte;
  }

  /** @throws RangeError past the end, or where the number is above 2^53 - 1 */
  integer(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a number is above 2^53 - 1');
      if (byte < 128) return value;
    }
  }

  /**
   * @param size - every position is below it
   * @param count - how many positions follow
   * @throws RangeError past the end, or where a position is not below `size`
   */
  positions(size: number, count: number): Positions {
    if (count > size) throw new RangeError(`${count} positions in a layer of ${size}`);
    const remaining = this.bytes.length - this.#next;
    if (count > remaining) throw new RangeError(`${count} positions in ${remaining} bytes`);
    const positions = newPositions(size, count);
    let next = 0;
    for (let i = 0; i < count; i++) {
      const position = next + this.integer();
      if (position >= size) throw new RangeError(`position ${position} in a layer of ${size}`);
      positions[i] = position;
      next = position + 1;
    }
    return positions;
  }
}
