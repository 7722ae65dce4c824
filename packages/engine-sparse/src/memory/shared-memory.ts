import { EspalierError } from '@espalier/core/engine';
import { Heap } from './heap.js';
import { PositionCache } from './position-cache.js';

/** The one memory of an engine: what its kernels see in every thread. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  readonly heap: Heap;
  readonly positions = new PositionCache();
  #words: Uint32Array;
  #floats: Float32Array;

  /** @throws EspalierError ESPALIER_BACKEND_UNAVAILABLE where the process may not have so many addresses */
  constructor() {
    this.memory = reserve();
    this.heap = new Heap(this.memory);
    this.#words = new Uint32Array(this.memory.buffer);
    this.#floats = new Float32Array(this.memory.buffer);
  }

  /** All of memory as words; not to be kept, as it does not grow along. */
  get words(): Uint32Array {
    if (this.#words.buffer !== this.memory.buffer) this.#words = new Uint32Array(this.memory.buffer);
    return this.#words;
  }

  /** All of memory as floats; not to be kept. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) this.#floats = new Float32Array(this.memory.buffer);
    return this.#floats;
  }

  /** @param at - byte address */
  setWord(at: number, value: number): void {
    this.words[at >>> 2] = value;
  }

  /** @param at - byte address */
  setFloat(at: number, value: number): void {
    this.floats[at >>> 2] = value;
  }

  /** @param at - byte address */
  word(at: number): number {
    return this.words[at >>> 2]!;
  }

  /** Some words; valid as long as the piece of memory is taken. */
  wordsAt(at: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, at, length);
  }

  /** Some floats; valid as long as the piece of memory is taken. */
  floatsAt(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  /** Takes memory for words and fills it. */
  store(values: ArrayLike<number>, what: string): number {
    const at = this.heap.take(values.length * 4, what);
    this.wordsAt(at, values.length).set(values);
    return at;
  }
}

function reserve(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_BACKEND_UNAVAILABLE',
      'The sparse engine gets no memory to share between threads. JavaScript engines set aside about 10 GiB of addresses ' +
        '(not of memory) for one, which a limit such as "ulimit -v" forbids: raise it, or run ' +
        '"node --disable-wasm-trap-handler", which does with 4 GiB and computes more slowly.',
      { cause },
    );
  }
}
