import type { SharedMemory } from './shared-memory.js';

/** A piece of memory that grows when more is asked for, and then loses what it held. */
export class Buffer {
  readonly #shared: SharedMemory;
  readonly #what: string;
  #address = 0;
  #bytes = 0;

  /** @param what - for messages, e.g. `activations` */
  constructor(shared: SharedMemory, what: string) {
    this.#shared = shared;
    this.#what = what;
  }

  /** The address of at least so many bytes. */
  reserve(bytes: number): number {
    if (this.#address !== 0 && bytes <= this.#bytes) return this.#address;
    this.release();
    this.#address = this.#shared.heap.take(bytes, this.#what);
    this.#bytes = bytes;
    return this.#address;
  }

  /** Gives the memory back. */
  release(): void {
    if (this.#address !== 0) this.#shared.heap.give(this.#address);
    this.#address = 0;
  }
}
