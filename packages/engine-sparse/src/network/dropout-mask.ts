import type { RandomStream } from '@espalier/core';
import { Buffer } from '../memory/buffer.js';
import type { SharedMemory } from '../memory/shared-memory.js';

/** Which values of a batch a dropout node keeps: one byte each, row-major. */
export class DropoutMask {
  readonly node: string;
  readonly #rate: number;
  readonly #features: number;
  readonly #shared: SharedMemory;
  readonly #buffer: Buffer;
  #address = 0;

  constructor(node: string, rate: number, features: number, shared: SharedMemory) {
    this.node = node;
    this.#rate = rate;
    this.#features = features;
    this.#shared = shared;
    this.#buffer = new Buffer(shared, `the dropout mask of ${node}`);
  }

  /** Where it lies now. */
  address(): number {
    return this.#address;
  }

  /** Draws the mask of a batch. */
  draw(stream: RandomStream, examples: number): void {
    const count = examples * this.#features;
    this.#address = this.#buffer.reserve(count);
    const kept = new Uint8Array(this.#shared.memory.buffer, this.#address, count);
    if (this.#rate === 0) kept.fill(1);
    else for (let i = 0; i < count; i++) kept[i] = stream.uniform() < this.#rate ? 0 : 1;
  }
}
