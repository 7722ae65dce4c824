import type {
  Batch,
  Engine,
  EngineLayer,
  EngineState,
  EvaluationSums,
  Signal,
  StepRequest,
  StepResult,
  TopologyChange,
} from '@espalier/core';
import { macrotask } from './inspect.js';

/** Answers as the engine inside does, but through a promise, as engines on other threads and devices do. */
export class SlowEngine implements Engine {
  readonly name: string;
  readonly backend: string;
  readonly threads: number;
  readonly signals: ReadonlySet<Signal>;
  readonly layers: readonly EngineLayer[];
  /** Whether a step or an evaluation is on its way. */
  busy = false;
  readonly #inner: Engine;

  constructor(inner: Engine) {
    this.#inner = inner;
    this.name = inner.name;
    this.backend = inner.backend;
    this.threads = inner.threads;
    this.signals = inner.signals;
    this.layers = inner.layers;
  }

  trainStep(batch: Batch, request: StepRequest): Promise<StepResult> {
    return this.#later(() => this.#inner.trainStep(batch, request));
  }

  evaluate(batch: Batch): Promise<EvaluationSums> {
    return this.#later(() => this.#inner.evaluate(batch));
  }

  applyTopology(changes: readonly TopologyChange[]): void {
    this.#inner.applyTopology(changes);
  }

  save(): EngineState | Promise<EngineState> {
    return this.#inner.save();
  }

  load(state: EngineState): void {
    this.#inner.load(state);
  }

  dispose(): void {
    this.#inner.dispose();
  }

  async #later<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.busy) throw new Error('The engine was given work while it was at work.');
    this.busy = true;
    try {
      await macrotask();
      return await work();
    } finally {
      this.busy = false;
    }
  }
}
