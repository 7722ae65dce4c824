import { EspalierError } from '@espalier/core/engine';
import { FIRST_FREE } from './control.js';

const PAGE = 65536;
/** What a memory of 32-bit addresses can hold, in pages: 4 GiB. */
const MOST_PAGES = 65536;
// A cache line, so that threads do not write to each other's.
const ALIGNMENT = 64;

interface Span {
  readonly start: number;
  readonly bytes: number;
}

/** Gives out pieces of a memory, first fit, and takes them back. */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  /** Ascending, no two of them adjacent. */
  #free: Span[] = [];
  readonly #taken = new Map<number, number>();
  #end = FIRST_FREE;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Bytes given out. */
  get used(): number {
    let sum = 0;
    for (const bytes of this.#taken.values()) sum += bytes;
    return sum;
  }

  /**
   * @param what - for messages, e.g. `the weights of fc1/kernel`
   * @returns the address of so many bytes, whatever they hold
   * @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where memory does not suffice
   */
  take(bytes: number, what: string): number {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    const fit = this.#free.findIndex((span) => span.bytes >= size);
    let start = this.#end;
    if (fit >= 0) {
      const span = this.#free[fit]!;
      start = span.start;
      if (span.bytes === size) this.#free.splice(fit, 1);
      else this.#free[fit] = { start: start + size, bytes: span.bytes - size };
    } else {
      this.#growTo(this.#end + size, size, what);
      this.#end += size;
    }
    this.#taken.set(start, size);
    return start;
  }

  /** Takes a piece back. */
  give(start: number): void {
    const bytes = this.#taken.get(start);
    if (bytes === undefined) throw new TypeError(`Nothing was taken at address ${start}.`);
    this.#taken.delete(start);
    const next = this.#free.findIndex((span) => span.start > start);
    const at = next < 0 ? this.#free.length : next;
    this.#free.splice(at, 0, { start, bytes });
    this.#join(at);
    if (at > 0) this.#join(at - 1);
    this.#shrink();
  }

  /** Lets what is free at the end be part of a larger piece, so that a buffer that grows takes what it lacks alone. */
  #shrink(): void {
    const last = this.#free.at(-1);
    if (last === undefined || last.start + last.bytes !== this.#end) return;
    this.#free.pop();
    this.#end = last.start;
  }

  /** Joins a span with the one behind it, where nothing lies between. */
  #join(at: number): void {
    const span = this.#free[at]!;
    const next = this.#free[at + 1];
    if (next === undefined || span.start + span.bytes !== next.start) return;
    this.#free.splice(at, 2, { start: span.start, bytes: span.bytes + next.bytes });
  }

  #growTo(end: number, bytes: number, what: string): void {
    const pages = Math.ceil(end / PAGE);
    const present = this.#memory.buffer.byteLength / PAGE;
    if (pages <= present) return;
    const needs = `No room for ${what}: ${mebibytes(bytes)}, besides ${mebibytes(this.used)} in use.`;
    if (pages > MOST_PAGES) {
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `${needs} The memory of a sparse engine ends at 4096 MiB. Fewer weights, narrower layers or smaller batches fit.`,
      );
    }
    try {
      this.#memory.grow(pages - present);
    } catch (cause) {
      throw new EspalierError('ESPALIER_ENGINE_REFUSES', `${needs} The system gives no more memory.`, {
        cause,
      });
    }
  }
}

/** For messages. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1048576).toFixed(1)} MiB`;
}
