import type { TrainEvent } from '@espalier/core';
import type { Progress } from '../progress.js';
import { Standing } from './standing.js';

/** A line per evaluation, for files and pipes. */
export class LineProgress implements Progress {
  readonly #standing = new Standing();
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  show(event: TrainEvent): void {
    this.#standing.take(event);
    if (event.type === 'warning') this.say(`warning: ${event.message}`);
    if (event.type !== 'evaluation' || event.split !== 'test') return;
    const { epoch, loss, accuracy, density, updates } = this.#standing;
    this.say([epoch, loss, `test ${accuracy}`, density, updates].join('  '));
  }

  say(message: string): void {
    this.#stream.write(`${message}\n`);
  }

  close(): void {}
}
