import type { ExpandedChoice, Observer, RunStartEvent, TrainEvent } from '@espalier/core';
import type { Outcome, RunSummary, SplitMetrics } from './run-summary.js';
import { Timings } from './timings.js';

/** What a summary says that events do not. */
export interface SummaryFacts {
  /** Of Espalier. */
  readonly version: string;
  /** As configured. */
  readonly architecture: ExpandedChoice;
  /** As configured. */
  readonly data: ExpandedChoice;
}

/** Gathers a run's summary from its events, and from the in-loop hooks that tell when steps begin and end. */
export class SummaryCollector implements Observer {
  readonly #facts: SummaryFacts;
  readonly #now: () => number;
  readonly #timings: Timings;
  readonly #metrics = new Map<string, SplitMetrics>();
  readonly #nonZeros = new Map<string, number>();
  #start: RunStartEvent | undefined;
  /** When the run began or was continued; undefined while it stands still. */
  #began: number | undefined;
  #elapsed = 0;
  #outcome: Outcome | undefined;
  #steps = 0;
  #updates = 0;
  #budget = 0;

  /** @param now - a clock in milliseconds, by default the monotonic one of the platform */
  constructor(facts: SummaryFacts, now: () => number = () => performance.now()) {
    this.#facts = facts;
    this.#now = now;
    this.#timings = new Timings(now);
  }

  /** A training step begins. */
  stepBefore(): void {
    this.#timings.stepBefore();
  }

  /** The step is over. */
  stepAfter(): void {
    this.#timings.stepAfter();
  }

  /** A topology update begins, inside its step or after it. */
  updateBefore(): void {
    this.#timings.updateBefore();
  }

  /** The topology update is committed. */
  updateAfter(): void {
    this.#timings.updateAfter();
  }

  /** Takes an event into account. */
  observe(event: TrainEvent): void {
    switch (event.type) {
      case 'run:start':
        this.#begin(event);
        break;
      case 'step':
        this.#steps = event.step + 1;
        break;
      case 'topology:update':
        this.#updates = event.updateIndex + 1;
        this.#budget = event.budget;
        for (const { name, nonZerosAfter } of event.layers) this.#nonZeros.set(name, nonZerosAfter);
        break;
      case 'evaluation': {
        const { split, loss, accuracy } = event;
        this.#metrics.set(split, accuracy === undefined ? { loss } : { accuracy, loss });
        break;
      }
      case 'run:end':
        this.#elapsed = this.#elapsedNow();
        this.#began = undefined;
        this.#outcome = event.outcome;
        break;
    }
  }

  /**
   * The summary as things stand; a run without its last event has `failed`.
   * @returns undefined before the run's first event
   */
  summary(): RunSummary | undefined {
    const start = this.#start;
    if (start === undefined) return undefined;
    return {
      version: this.#facts.version,
      outcome: this.#outcome ?? 'failed',
      method: start.recipe.method,
      recipe: start.recipe,
      engine: start.engine,
      architecture: this.#facts.architecture,
      data: this.#facts.data,
      seed: start.seed,
      density: start.density,
      budget: this.#budget,
      layers: start.layers.map(({ name, shape, size, nonZeros }) => ({
        name,
        shape,
        size,
        nonZerosStart: nonZeros,
        nonZerosEnd: this.#nonZeros.get(name)!,
      })),
      steps: this.#steps,
      topologyUpdates: this.#updates,
      metrics: Object.fromEntries(this.#metrics),
      seconds: {
        total: this.#elapsedNow() / 1000,
        stepMedian: this.#timings.stepMedian,
        topologyUpdateMedian: this.#timings.updateMedian,
      },
      // The platform counts kibibytes.
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  }

  #begin(event: RunStartEvent): void {
    this.#began = this.#now();
    this.#outcome = undefined;
    // A run that is continued has another start event; the first one tells what it started from.
    if (this.#start !== undefined) return;
    this.#start = event;
    this.#steps = event.step;
    this.#budget = event.budget;
    for (const { name, nonZeros } of event.layers) this.#nonZeros.set(name, nonZeros);
  }

  #elapsedNow(): number {
    return this.#elapsed + (this.#began === undefined ? 0 : this.#now() - this.#began);
  }
}
