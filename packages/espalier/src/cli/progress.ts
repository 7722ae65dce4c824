import type { TrainEvent } from '@espalier/core';
import { BarProgress } from './progress/bar.js';
import { LineProgress } from './progress/lines.js';

/** Shows how a run goes. */
export interface Progress {
  show(event: TrainEvent): void;
  /** Says something in between. */
  say(message: string): void;
  close(): void;
}

/** A bar on a terminal, else a line per evaluation. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

/** Shows nothing; what is said goes to the error stream, since standard output belongs to the result. */
export const silent: Progress = {
  show() {},
  say: (message) => process.stderr.write(`${message}\n`),
  close() {},
};
