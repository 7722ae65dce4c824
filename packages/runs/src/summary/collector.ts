import type { ExpandedChoice, MetricEvent, Observer, RunStartEvent, TrainEvent } from '@espalier/core';
import type { Outcome, RunSummary, SplitMetrics } from './run-summary.js';
import { Timings } from './timings.js';

/** What a summary says that events do not. */
export interface SummaryFacts {
  /** Of Espalier. */
  readonly version: string;
  /** The command line, where there is one. */
  readonly command?: string;
  /** As configured. */
  readonly architecture: ExpandedChoice;
  /** As configured. */
  readonly data: ExpandedChoice;
  /** Shape of one example of the data. */
  readonly inputShape?: readonly number[];
  /** Why the engine computes, and on what it does. */
  readonly engineNotes?: readonly string[];
}

/** Gathers a run's summary from its events, and from the in-loop hooks that tell when steps begin and end. */
export class SummaryCollector implements Observer {
  readonly #facts: SummaryFacts;
  readonly #now: () => number;
  readonly #timings: Timings;
  readonly #metrics = new Map<string, SplitMetrics>();
  readonly #nonZeros = new Map<string, number>();
  readonly #measured = new Map<string, Map<string, MetricEvent['value']>>();
  #start: RunStartEvent | undefined;
  /** When the run began or was continued; undefined while it stands still. */
  #began: number | undefined;
  #elapsed = 0;
  #outcome: Outcome | undefined;
  #best: RunSummary['best'];
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
        this.#timings.evaluated();
        const { split, loss, accuracy } = event;
        this.#metrics.set(split, accuracy === undefined ? { loss } : { accuracy, loss });
        break;
      }
      case 'metric':
        this.#note(event);
        break;
      case 'improvement': {
        const { step, split, metric, value } = event;
        this.#best = { step, split, metric, value };
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
    const notes = this.#facts.engineNotes ?? [];
    return {
      version: this.#facts.version,
      ...(this.#facts.command === undefined ? {} : { command: this.#facts.command }),
      outcome: this.#outcome ?? 'failed',
      method: start.recipe.method,
      recipe: start.recipe,
      engine: { ...start.engine, ...(notes.length === 0 ? {} : { notes }) },
      architecture: this.#facts.architecture,
      data: this.#facts.data,
      ...(this.#facts.inputShape === undefined ? {} : { inputShape: this.#facts.inputShape }),
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
      ...this.#measurements(),
      ...(this.#best === undefined ? {} : { best: this.#best }),
      seconds: {
        total: this.#elapsedNow() / 1000,
        stepMedian: this.#timings.stepMedian,
        topologyUpdateMedian: this.#timings.updateMedian,
        ...this.#timings.phases,
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

  #note({ observer, name, value }: MetricEvent): void {
    const measured = this.#measured.get(observer) ?? new Map<string, MetricEvent['value']>();
    this.#measured.set(observer, measured.set(name, value));
  }

  #measurements(): Pick<RunSummary, 'measured'> {
    if (this.#measured.size === 0) return {};
    const entries = [...this.#measured].map(([observer, values]) => [observer, Object.fromEntries(values)]);
    return { measured: Object.fromEntries(entries) };
  }

  #elapsedNow(): number {
    return this.#elapsed + (this.#began === undefined ? 0 : this.#now() - this.#began);
  }
}
