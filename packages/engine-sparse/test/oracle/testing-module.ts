import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { CONTROL } from '../../src/memory/control.js';
import { SharedMemory } from '../../src/memory/shared-memory.js';
import { type OperationRecord, RECORD_BYTES, writeRecord } from '../../src/network/records.js';

type Kernel = (...values: number[]) => number;

/** Every kernel on its own, on a memory that tests lay their operands into. */
export class TestingModule {
  readonly name: string;
  /** What assembly/testing.ts exports. */
  readonly call: Readonly<Record<string, Kernel>>;
  readonly #shared = new SharedMemory();
  readonly #taken: number[] = [];

  /** @param name - of a file in wasm/ */
  constructor(name: string) {
    this.name = name;
    const bytes = readFileSync(new URL(`../../wasm/${name}.wasm`, import.meta.url));
    const { memory } = this.#shared;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    this.call = exports as Record<string, Kernel>;
  }

  /** Lays numbers into memory. @returns their address */
  floats(values: ArrayLike<number>): number {
    const at = this.#take(values.length);
    this.#shared.floatsAt(at, values.length).set(values);
    return at;
  }

  words(values: ArrayLike<number>): number {
    const at = this.#take(values.length);
    this.#shared.wordsAt(at, values.length).set(values);
    return at;
  }

  bytes(values: ArrayLike<number>): number {
    const at = this.#take(Math.ceil(values.length / 4));
    new Uint8Array(this.#shared.memory.buffer, at, values.length).set(values);
    return at;
  }

  record(operation: OperationRecord): number {
    const at = this.#take(RECORD_BYTES / 4);
    writeRecord(operation, this.#shared.wordsAt(at, RECORD_BYTES / 4));
    return at;
  }

  /** Room for so many float64. */
  doubles(length: number): number {
    return this.#take(length * 2);
  }

  readFloats(at: number, length: number): Float32Array {
    return this.#shared.floatsAt(at, length).slice();
  }

  readWords(at: number, length: number): Uint32Array {
    return this.#shared.wordsAt(at, length).slice();
  }

  readDoubles(at: number, length: number): Float64Array {
    return new Float64Array(this.#shared.memory.buffer, at, length).slice();
  }

  /** Overwrites one number. */
  write(at: number, value: number): void {
    this.#shared.setFloat(at, value);
  }

  /** Writes control words by name. */
  control(words: Partial<Record<keyof typeof CONTROL, number>>): void {
    for (const [name, value] of Object.entries(words)) {
      this.#shared.setWord(CONTROL[name as keyof typeof CONTROL], value);
    }
  }

  controlFloats(floats: Partial<Record<keyof typeof CONTROL, number>>): void {
    for (const [name, value] of Object.entries(floats)) {
      this.#shared.setFloat(CONTROL[name as keyof typeof CONTROL], value);
    }
  }

  readControl(name: keyof typeof CONTROL): number {
    return this.#shared.word(CONTROL[name]);
  }

  /** The words behind CONTROL.signal, in their order. */
  signal(values: readonly number[]): void {
    values.forEach((value, i) => {
      this.#shared.setWord(CONTROL.signal + 4 * i, value);
    });
  }

  /** Forgets what was laid into memory. */
  clear(): void {
    for (const at of this.#taken.splice(0)) this.#shared.heap.give(at);
  }

  #take(words: number): number {
    const at = this.#shared.heap.take(words * 4, 'operands of a kernel');
    // What a kernel does not write shows as what no kernel would.
    this.#shared.floatsAt(at, words).fill(Number.NaN);
    this.#taken.push(at);
    return at;
  }
}

// Node.js 20 knows relaxed SIMD under this flag only.
setFlagsFromString('--experimental-wasm-relaxed-simd');

/** The kernels as they round everywhere, and those that may fuse. */
export const MODULES = [new TestingModule('testing'), new TestingModule('testing-relaxed')] as const;
