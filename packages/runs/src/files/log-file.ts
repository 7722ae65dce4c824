import { closeSync, fsyncSync, openSync } from 'node:fs';
import { unwritable } from './errors.js';
import { writeAll } from './write-all.js';

/** A new file that only grows, for logs that are readable up to their last complete entry. */
export class LogFile {
  #file: number | undefined;
  #suspended = false;

  /** @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  constructor(readonly path: string) {
    this.#file = this.#attempt(() => openSync(path, 'w'));
  }

  get closed(): boolean {
    return this.#file === undefined && !this.#suspended;
  }

  /**
   * @throws TypeError after closing
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  append(chunk: string | Uint8Array): void {
    if (this.closed) throw new TypeError(`${this.path} is closed.`);
    this.#file ??= this.#attempt(() => openSync(this.path, 'a'));
    this.#suspended = false;
    const file = this.#file;
    this.#attempt(() => writeAll(file, chunk));
  }

  /** Brings everything to the disk and lets go of the file; appending opens it again. */
  suspend(): void {
    if (this.closed) return;
    this.#release();
    this.#suspended = true;
  }

  /** Brings everything to the disk. Harmless when repeated. */
  close(): void {
    this.#release();
    this.#suspended = false;
  }

  #release(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    this.#attempt(() => {
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    });
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }
}
