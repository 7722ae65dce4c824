import type { RunSummary } from './run-summary.js';

/** Steps at the start of a run that are left out: compilers and caches are still warming up. */
const WARM_UP_STEPS = 10;

/** Collects the durations of steps, updates and evaluations, whether an update happens inside a step or after it. */
export class Timings {
  readonly #now: () => number;
  readonly #steps: number[] = [];
  readonly #updates: number[] = [];
  #stepBegan = 0;
  #updateBegan = 0;
  #seen = 0;
  /** The last step's duration, held back until it is known whether an update follows it. */
  #pending: number | undefined;
  #updating = false;
  /** Milliseconds of all steps, their updates left out. */
  #training = 0;
  #updatesInStep = 0;
  #evaluation = 0;
  /** When the last step, update or evaluation ended: the next evaluation begins there. */
  #phaseEnded: number;

  /** @param now - a clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.#phaseEnded = now();
  }

  stepBefore(): void {
    this.#settle();
    this.#stepBegan = this.#now();
    this.#updatesInStep = 0;
  }

  stepAfter(): void {
    this.#phaseEnded = this.#now();
    const duration = this.#phaseEnded - this.#stepBegan;
    this.#training += duration - this.#updatesInStep;
    this.#seen++;
    if (!this.#updating && this.#seen > WARM_UP_STEPS) this.#pending = duration;
  }

  updateBefore(): void {
    this.#updating = true;
    this.#pending = undefined;
    this.#updateBegan = this.#now();
  }

  updateAfter(): void {
    this.#phaseEnded = this.#now();
    const duration = this.#phaseEnded - this.#updateBegan;
    this.#updates.push(duration);
    this.#updatesInStep += duration;
  }

  /** A split was evaluated, after whatever ended last. */
  evaluated(): void {
    const now = this.#now();
    this.#evaluation += now - this.#phaseEnded;
    this.#phaseEnded = now;
  }

  /** Seconds of every phase. */
  get phases(): Required<Pick<RunSummary['seconds'], 'training' | 'topologyUpdates' | 'evaluation'>> {
    return {
      training: this.#training / 1000,
      topologyUpdates: this.#updates.reduce((all, duration) => all + duration, 0) / 1000,
      evaluation: this.#evaluation / 1000,
    };
  }

  /** In seconds, of the steps without update that came after the first ten. */
  get stepMedian(): number | null {
    const pending = this.#pending === undefined ? [] : [this.#pending];
    return median([...this.#steps, ...pending]);
  }

  /** In seconds. */
  get updateMedian(): number | null {
    return median(this.#updates);
  }

  #settle(): void {
    if (this.#pending !== undefined) this.#steps.push(this.#pending);
    this.#pending = undefined;
    this.#updating = false;
  }
}

function median(milliseconds: readonly number[]): number | null {
  if (milliseconds.length === 0) return null;
  const sorted = Float64Array.from(milliseconds).sort();
  const upper = sorted[sorted.length >> 1]!;
  const lower = sorted[(sorted.length - 1) >> 1]!;
  return (lower + upper) / 2 / 1000;
}
