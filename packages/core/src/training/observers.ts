import type { Measure, MetricEvent, Observer, TrainEvent } from '../contract.js';
import { EspalierError } from '../errors/index.js';

/** An observer and what error messages call it. */
export interface NamedObserver {
  /** What error messages and `metric` events call it. */
  readonly name: string;
  /** The observer itself. */
  readonly observer: Observer;
}

/** Shows every event to the observers in turn, and their measurements to each other. */
export class ObserverBoard {
  readonly #observers: readonly NamedObserver[];

  constructor(observers: readonly NamedObserver[]) {
    this.#observers = observers;
  }

  /**
   * @returns the measurements that the observers answered with
   * @throws EspalierError ESPALIER_OBSERVER_THREW naming the observer
   */
  show(event: TrainEvent): readonly MetricEvent[] {
    if (this.#observers.length === 0) return [];
    const metrics: MetricEvent[] = [];
    for (const { name, observer } of this.#observers) {
      const measure: Measure = (metric, value) => {
        checkAnswered(event, metric);
        checkMeasurement(metric, value);
        metrics.push({ type: 'metric', step: event.step, observer: name, name: metric, value });
      };
      this.#guard(name, () => observer.observe(event, measure));
    }
    return metrics;
  }

  /** Closes every observer, the others too where one fails. */
  async close(): Promise<void> {
    let failure: unknown;
    for (const { name, observer } of this.#observers) {
      try {
        await observer.close?.();
      } catch (error) {
        failure ??= asObserverError(name, error);
      }
    }
    if (failure !== undefined) throw failure;
  }

  #guard(name: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      throw asObserverError(name, error);
    }
  }
}

function checkAnswered(event: TrainEvent, metric: string): void {
  if (event.type !== 'metric') return;
  throw new TypeError(
    `it measured "${metric}" in answer to a metric event, which would never end; look at event.type first`,
  );
}

/** @throws TypeError for a number that is not finite */
export function checkMeasurement(metric: string, value: number | readonly number[]): void {
  // JSON has no other numbers, and a log that says null would hide the mistake.
  const odd = [value].flat().find((number) => !Number.isFinite(number));
  if (odd !== undefined)
    throw new TypeError(`it measured "${metric}" as ${odd}, which is not a finite number`);
}

/** An error that names the observer it came from. */
export function asObserverError(name: string, error: unknown): EspalierError {
  if (error instanceof EspalierError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EspalierError('ESPALIER_OBSERVER_THREW', `The observer "${name}" threw: ${message}`, {
    cause: error,
  });
}
