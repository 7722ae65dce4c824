import type { TrainEvent } from '@espalier/core';
import { MultiBar, type Params, type SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { duration } from '../format.js';
import type { Progress } from '../progress.js';
import { fitLine } from './bar-line.js';
import { Standing } from './standing.js';

/** A bar at the bottom of a terminal, with everything that is said above it. */
export class BarProgress implements Progress {
  readonly #standing = new Standing();
  readonly #bars: MultiBar;
  #bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#bars = new MultiBar({
      stream,
      hideCursor: true,
      clearOnComplete: false,
      // It would stop the bar at the first Ctrl-C, while the run still ends its step and says so.
      gracefulExit: false,
      fps: 8,
      etaBuffer: 200,
      format: (_options, params) => this.#line(params, stream.columns),
    });
  }

  show(event: TrainEvent): void {
    this.#standing.take(event);
    if (event.type === 'run:start') this.#bar = this.#bars.create(event.totalSteps, event.step);
    else if (event.type === 'step') this.#bar?.update(event.step + 1);
    else if (event.type === 'warning') this.say(pc.yellow(`warning: ${event.message}`));
  }

  say(message: string): void {
    this.#bars.log(`${message}\n`);
  }

  close(): void {
    if (this.#bar === undefined) return;
    // What was said last is written with the next update only.
    this.#bars.update();
    this.#bars.stop();
    this.#bar = undefined;
  }

  #line({ progress, eta }: Params, columns: number): string {
    const { epoch, loss, accuracy, updates, density } = this.#standing;
    const last = progress < 1 && Number.isFinite(eta) ? `${eta < 60 ? `${eta} s` : duration(eta)} left` : '';
    return fitLine({ progress, facts: [epoch, loss, accuracy, updates, density], last }, columns, pc.green);
  }
}
