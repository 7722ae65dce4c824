import type { Observer, TrainEvent } from '@espalier/core';
import { LogFile } from '../files/log-file.js';

/** Characters that are held back at most. */
const BUFFER = 65536;

/** After these the file shows everything so far. */
const FLUSHED: ReadonlySet<TrainEvent['type']> = new Set([
  'run:start',
  'topology:update',
  'evaluation',
  'warning',
  'run:end',
]);

/** Writes every event of a run as one line of JSON. The lines hold no time, path or host. */
export class EventLog implements Observer {
  readonly #file: LogFile;
  #held = '';

  private constructor(path: string) {
    this.#file = new LogFile(path);
  }

  /**
   * Begins a new file, in place of one that is there.
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  static create(path: string): EventLog {
    return new EventLog(path);
  }

  /** @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  observe(event: TrainEvent): void {
    this.#held += `${JSON.stringify(event)}\n`;
    if (FLUSHED.has(event.type) || this.#held.length >= BUFFER) this.#flush();
  }

  /** Writes what is held back and lets go of the file, of a run that may be continued. */
  suspend(): void {
    if (this.#file.closed) return;
    this.#flush();
    this.#file.suspend();
  }

  /** Writes what is held back. Harmless when repeated. */
  close(): void {
    if (this.#file.closed) return;
    this.#flush();
    this.#file.close();
  }

  #flush(): void {
    const held = this.#held;
    this.#held = '';
    this.#file.append(held);
  }
}
