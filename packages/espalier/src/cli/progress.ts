import type { RunStartEvent, TrainEvent } from '@espalier/core';
import { MultiBar, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { percent } from './format.js';

/** Shows how a run goes. */
export interface Progress {
  show(event: TrainEvent): void;
  /** Says something in between. */
  say(message: string): void;
  close(): void;
}

/** A bar on a terminal, else a line per epoch. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream);
}

/** Shows nothing but what is said. */
export const silent: Progress = { show() {}, say() {}, close() {} };

/** What both kinds of progress tell of. */
class Standing {
  start: RunStartEvent | undefined;
  epoch = 0;
  loss = Number.NaN;
  accuracy: number | undefined;
  updates = 0;
  active = 0;
  #size = 0;

  take(event: TrainEvent): void {
    if (event.type === 'run:start') {
      this.start = event;
      for (const { nonZeros, size } of event.layers) {
        this.active += nonZeros;
        this.#size += size;
      }
    } else if (event.type === 'step') {
      this.epoch = event.epoch;
      // A running mean over about fifty batches: single ones jump too much to be read.
      this.loss = Number.isNaN(this.loss) ? event.loss : 0.98 * this.loss + 0.02 * event.loss;
    } else if (event.type === 'topology:update') {
      this.updates++;
      for (const layer of event.layers) this.active += layer.nonZerosAfter - layer.nonZerosBefore;
    } else if (event.type === 'evaluation' && event.split === 'test') {
      this.accuracy = event.accuracy;
    }
  }

  get density(): string {
    return percent(this.active / this.#size);
  }

  get accuracyText(): string {
    return this.accuracy === undefined ? '-' : percent(this.accuracy);
  }
}

class BarProgress implements Progress {
  readonly #standing = new Standing();
  readonly #bars: MultiBar;
  #bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#bars = new MultiBar({
      stream,
      hideCursor: true,
      clearOnComplete: false,
      fps: 8,
      etaBuffer: 200,
      barsize: 24,
      format: `${pc.green('{bar}')} epoch {epoch}  loss {loss}  accuracy {accuracy}  density {density}  updates {updates}  {eta_formatted} left`,
    });
  }

  show(event: TrainEvent): void {
    const standing = this.#standing;
    standing.take(event);
    if (event.type === 'run:start')
      this.#bar = this.#bars.create(event.totalSteps, event.step, this.#fields());
    else if (event.type === 'step') this.#bar?.update(event.step + 1, this.#fields());
    else if (event.type === 'warning') this.say(pc.yellow(`warning: ${event.message}`));
  }

  say(message: string): void {
    this.#bars.log(`${message}\n`);
  }

  close(): void {
    this.#bars.stop();
  }

  #fields() {
    const { start, epoch, loss, accuracyText, density, updates } = this.#standing;
    return {
      epoch: `${epoch + 1}/${start?.epochs}`,
      loss: Number.isNaN(loss) ? '-' : loss.toFixed(3),
      accuracy: accuracyText,
      density,
      updates,
    };
  }
}

class LineProgress implements Progress {
  readonly #standing = new Standing();
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  show(event: TrainEvent): void {
    const standing = this.#standing;
    standing.take(event);
    if (event.type === 'warning') this.say(`warning: ${event.message}`);
    if (event.type !== 'evaluation' || event.split !== 'test') return;
    const { start, loss, accuracyText, density, updates } = standing;
    this.say(
      `epoch ${event.epoch + 1}/${start?.epochs}  loss ${loss.toFixed(3)}  test accuracy ${accuracyText}  density ${density}  updates ${updates}`,
    );
  }

  say(message: string): void {
    this.#stream.write(`${message}\n`);
  }

  close(): void {}
}
