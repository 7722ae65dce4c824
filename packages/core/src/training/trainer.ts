import {
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  ignoreElements,
  lastValueFrom,
  Observable,
  Subject,
} from 'rxjs';
import type { Engine, EvaluationEvent, RunEndEvent, RunStartEvent, TrainEvent } from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';
import { sum } from '../numbers/index.js';
import { BASE_RECIPE } from '../recipe/index.js';
import type { BestWeights } from './best.js';
import { Breath } from './breath.js';
import { clockAt, type RunLength } from './clock.js';
import { Hooks } from './hooks.js';
import { ObserverBoard } from './observers.js';
import type { TrainerParts } from './parts.js';
import { isRunEnd } from './predicates.js';
import { type StageEvents, Stages, type Turn } from './stages.js';

/** How a run ended. */
export interface RunResult {
  /** Whether all steps were taken. */
  readonly outcome: RunEndEvent['outcome'];
  /** Steps taken in all. */
  readonly steps: number;
  /** Updates committed in all. */
  readonly topologyUpdates: number;
}

/**
 * Trains one network once. Training is a stream of steps: subscribing to {@link Trainer.train} trains,
 * unsubscribing stops at the next step boundary with everything consistent.
 */
export class Trainer {
  /** Every event, hot: listening never starts work. Errors come through `train()` and `run()` only. */
  readonly events: Observable<TrainEvent>;
  /** Synchronous hooks inside the loop. */
  readonly hooks = new Hooks();
  /** What computes; to be read from while no step is in flight. */
  readonly engine: Engine;
  /** The extent of the run. */
  readonly length: RunLength;
  readonly #parts: TrainerParts;
  readonly #breath = new Breath();
  readonly #board: ObserverBoard;
  readonly #stages: Stages;
  readonly #hot = new Subject<TrainEvent>();
  #step = 0;
  #begun = false;
  #running = false;
  /** Evaluations in flight. */
  #evaluating = 0;
  #stopping = false;
  #failure: EspalierError | undefined;
  #disposal: Promise<void> | undefined;
  #pause: { readonly resumed: Promise<void>; readonly resume: () => void } | undefined;
  #idle: Promise<void> = Promise.resolve();

  constructor(parts: TrainerParts) {
    this.#parts = parts;
    this.engine = parts.engine;
    this.events = this.#hot.asObservable();
    this.#board = new ObserverBoard(parts.observers ?? []);
    this.#stages = new Stages(parts, this.hooks, this.#breath);
    const stepsPerEpoch = Math.ceil(parts.dataset.trainSize / parts.batchSize);
    this.length = { stepsPerEpoch, totalSteps: stepsPerEpoch * parts.epochs };
    const { splits, best } = parts.evaluation;
    for (const split of best === undefined ? splits : [...splits, best.split]) this.#checkSplit(split);
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** Topology updates committed so far. */
  get topologyUpdates(): number {
    return this.#stages.updates;
  }

  /** The best weights so far, where `evaluation.best` asks for them. */
  get best(): BestWeights | undefined {
    return this.#stages.best?.best;
  }

  /**
   * Resolves when no step is in flight and the observers have closed. Rejects with an error that occurred after
   * the subscriber had left.
   */
  get idle(): Promise<void> {
    return this.#idle;
  }

  /**
   * Training as a cold stream: subscribing starts the run or continues it at the present step. A second
   * subscription while it runs fails with ESPALIER_TRAINER_BUSY; many listeners use {@link Trainer.events} or
   * `share()`. Handlers run inside the loop: their time is the run's. A run that failed stopped in the middle
   * of a step and can't be continued: subscribing again gives the same error.
   */
  train(): Observable<TrainEvent> {
    return new Observable((subscriber) => {
      const refusal = this.#disposed() ?? this.#busy() ?? this.#measured() ?? this.#failure;
      if (refusal !== undefined) {
        subscriber.error(refusal);
        return undefined;
      }
      this.#running = true;
      this.#stopping = false;
      const work = this.#drive(
        (event) => subscriber.next(event),
        () => subscriber.closed,
      ).finally(() => {
        this.#running = false;
      });
      // An error that nobody is subscribed for any more is kept for `idle`; one that is delivered is not.
      this.#idle = work.then(
        () => subscriber.complete(),
        (error: unknown) => {
          if (subscriber.closed) throw error;
          subscriber.error(error);
        },
      );
      this.#idle.catch(() => {});
      return () => this.#pause?.resume();
    });
  }

  /**
   * Trains to the end or until the signal aborts, which stops at the next step boundary.
   * @throws EspalierError where training fails
   */
  async run(signal?: AbortSignal): Promise<RunResult> {
    // A run that somebody else has going is not this signal's to stop.
    const refused = this.#running;
    const stop = () => {
      if (!refused) this.stop();
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const ended = lastValueFrom(this.train().pipe(filter(isRunEnd)));
      if (signal?.aborted) stop();
      const { outcome } = await ended;
      return { outcome, steps: this.#step, topologyUpdates: this.topologyUpdates };
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Waits at the next step boundary until {@link Trainer.resume}. */
  pause(): void {
    if (this.#pause !== undefined) return;
    let resume = () => {};
    const resumed = new Promise<void>((resolve) => {
      resume = resolve;
    });
    this.#pause = {
      resumed,
      resume: () => {
        this.#pause = undefined;
        resume();
      },
    };
  }

  /** Goes on after {@link Trainer.pause}. */
  resume(): void {
    this.#pause?.resume();
  }

  /** Ends the run at the next step boundary, with outcome `stopped`. */
  stop(): void {
    this.#stopping = true;
    this.#pause?.resume();
  }

  /**
   * Evaluates the present network. Not while it is trained: the batches would meet different weights.
   * @param split - one of the data set's splits, default `test`
   * @throws EspalierError ESPALIER_TRAINER_BUSY, ESPALIER_DISPOSED, ESPALIER_UNKNOWN_DATA
   */
  async evaluate(split = 'test'): Promise<EvaluationEvent> {
    const refusal = this.#disposed() ?? this.#busy();
    if (refusal !== undefined) throw refusal;
    this.#checkSplit(split);
    const epoch = Math.floor(Math.max(0, this.#step - 1) / this.length.stepsPerEpoch);
    this.#evaluating++;
    try {
      const [event] = await this.#stages.evaluate([split], { step: this.#step, epoch });
      return event!;
    } finally {
      this.#evaluating--;
    }
  }

  /** Stops, waits for the step in flight and frees the engine. Harmless when repeated. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#free();
    return this.#disposal;
  }

  async #free(): Promise<void> {
    this.stop();
    await this.#idle.catch(() => {});
    this.#hot.complete();
    this.engine.dispose();
  }

  get #exhausted(): boolean {
    return this.#stages.best?.exhausted ?? false;
  }

  #disposed(): EspalierError | undefined {
    if (this.#disposal === undefined) return undefined;
    return new EspalierError('ESPALIER_DISPOSED', 'This trainer was disposed; create another.');
  }

  #measured(): EspalierError | undefined {
    if (this.#evaluating === 0) return undefined;
    return new EspalierError(
      'ESPALIER_TRAINER_BUSY',
      'This trainer is being evaluated; await evaluate() first.',
    );
  }

  #busy(): EspalierError | undefined {
    if (!this.#running) return undefined;
    return new EspalierError(
      'ESPALIER_TRAINER_BUSY',
      'This trainer is running already. Listen to trainer.events, or share() one train().',
    );
  }

  async #drive(next: (event: TrainEvent) => void, left: () => boolean): Promise<void> {
    const emit = (event: TrainEvent) => {
      const metrics = this.#board.show(event);
      this.#hot.next(event);
      next(event);
      for (const metric of metrics) emit(metric);
    };
    // Whoever subscribes first hears of everything, so nothing happens inside the subscribing call itself.
    await Promise.resolve();
    try {
      this.#begin(emit);
      const { totalSteps } = this.length;
      while (this.#step < totalSteps && !left() && !this.#stopping && !this.#exhausted) {
        if (this.#pause !== undefined) {
          await this.#pause.resumed;
          continue;
        }
        await this.#turn(emit);
        this.#step++;
      }
      const unfinished = this.#exhausted ? 'early-stopped' : 'stopped';
      const outcome = this.#step === totalSteps ? 'completed' : unfinished;
      emit({ type: 'run:end', step: this.#step, topologyUpdates: this.topologyUpdates, outcome });
    } catch (error) {
      this.#failure = this.#explain(error);
      await this.#board.close().catch(() => {});
      throw this.#failure;
    }
    await this.#board.close();
  }

  #begin(emit: (event: TrainEvent) => void): void {
    emit(this.#startEvent());
    if (this.#begun) return;
    this.#begun = true;
    const updates = this.#stages.schedule.countUpdates(this.length);
    const { recipe, start } = this.#parts;
    const expected = recipe.expanded.trigger.use !== BASE_RECIPE.trigger && start.sparse.length > 0;
    for (const warning of this.#stages.health.atStart(updates, expected)) emit(warning);
    for (const metric of this.#stages.begin(clockAt(this.length, 0, 0))) emit(metric);
  }

  #explain(error: unknown): EspalierError {
    if (error instanceof EspalierError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new EspalierError(
      'ESPALIER_TRAINING_FAILED',
      `Training failed at step ${this.#step}: ${message}`,
      {
        cause: error,
      },
    );
  }

  /** One turn: its stages one after the other, each begun when the one before has said all. */
  #turn(emit: (event: TrainEvent) => void): Promise<void> {
    const clock = clockAt(this.length, this.#step, this.topologyUpdates);
    const turn = this.#stages.turn(clock);
    const stages: readonly ((turn: Turn) => StageEvents)[] = [
      (t) => this.#stages.step(t),
      (t) => this.#stages.update(t),
      (t) => this.#stages.look(t),
      (t) => this.#stages.epoch(t),
      (t) => this.#stages.evaluation(t),
    ];
    return concat(
      ...stages.map((stage) =>
        concat(
          defer(() => eventsOf(stage(turn))),
          defer(() => this.#breathe()),
        ),
      ),
    ).forEach(emit);
  }

  #breathe(): Observable<never> {
    return this.#breath.due ? from(this.#breath.take()).pipe(ignoreElements()) : EMPTY;
  }

  #startEvent(): RunStartEvent {
    const { engine, recipe, start, epochs, random } = this.#parts;
    const sparse = new Set(start.sparse.map(({ name }) => name));
    const size = sum(start.sparse.map((layer) => layer.size));
    // A density schedule may have moved the budget by the time a run is continued.
    const budget = sum(this.#stages.layers.map(({ active }) => active.length));
    return {
      type: 'run:start',
      step: this.#step,
      totalSteps: this.length.totalSteps,
      epochs,
      stepsPerEpoch: this.length.stepsPerEpoch,
      seed: random.seed,
      engine: { name: engine.name, backend: engine.backend, threads: engine.threads },
      density: { requested: start.density, actual: size === 0 ? 1 : budget / size },
      budget,
      recipe: recipe.expanded,
      layers: engine.layers.map(({ name, shape, active }) => ({
        name,
        shape,
        size: shape.reduce((product, n) => product * n, 1),
        nonZeros: active.length,
        dense: !sparse.has(name),
      })),
    };
  }

  #checkSplit(split: string): void {
    const known = Object.keys(this.#parts.dataset.splits);
    if (known.includes(split)) return;
    throw new EspalierError(
      'ESPALIER_UNKNOWN_DATA',
      `The data set "${this.#parts.dataset.name}" has no split "${split}".${suggest(split, known)}`,
    );
  }
}

function eventsOf(events: StageEvents): Observable<TrainEvent> {
  return events instanceof Promise ? from(events).pipe(concatMap((list) => from(list))) : from(events);
}
