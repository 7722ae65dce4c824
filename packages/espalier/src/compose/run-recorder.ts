import type { Measure, NamedObserver, Observer, StartLayer, TrainEvent, Trainer } from '@espalier/core';
import {
  type EventLog,
  type ResolvedConfig,
  type RunDirectory,
  type RunSummary,
  SummaryCollector,
  type TopologyWriter,
} from '@espalier/runs';
import { VERSION } from '../version.js';
import type { Composition } from './compose.js';

/** Writes a run directory while a trainer trains. */
export class RunRecorder implements Observer {
  readonly #summary: SummaryCollector;
  #directory: RunDirectory | undefined;
  #trainer: Trainer | undefined;
  #events: EventLog | undefined;
  #written: RunSummary | undefined;
  #topology: TopologyWriter | undefined;

  constructor(config: ResolvedConfig) {
    this.#summary = new SummaryCollector({
      version: VERSION,
      architecture: config.architecture,
      data: config.data,
    });
  }

  /** What the trainer is to be given. */
  get named(): NamedObserver {
    return { name: 'run directory', observer: this };
  }

  /** The summary that was written last; undefined before the run has ended for the first time. */
  get summary(): RunSummary | undefined {
    return this.#written;
  }

  /**
   * Opens the files, once everything else about the run is known to be right.
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  begin(directory: RunDirectory, { config, start, trainer }: Composition): void {
    this.#directory = directory;
    this.#trainer = trainer;
    directory.writeConfig(config);
    this.#events = directory.createEvents();
    this.#topology = directory.createTopology(
      start.sparse.map(({ name, shape, size }) => ({ name, shape, size })),
    );
    const starts = new Map(start.layers.map((layer) => [layer.name, layer]));
    this.#topology.start(start.sparse.map(({ name }) => (starts.get(name) as StartLayer).active));
    const { hooks } = trainer;
    hooks.on('step:before', () => this.#summary.stepBefore());
    hooks.on('step:after', () => this.#summary.stepAfter());
    hooks.on('update:before', () => this.#summary.updateBefore());
    hooks.on('update:after', (plan) => {
      this.#summary.updateAfter();
      this.#topology?.update({
        step: plan.clock.step,
        updateIndex: plan.clock.updateIndex,
        layers: plan.layers,
      });
    });
  }

  observe(event: TrainEvent, _measure: Measure): void {
    this.#events?.observe(event);
    this.#summary.observe(event);
  }

  /** Lets go of the logs and writes weights and summary; of a run that failed, the summary only. */
  async close(): Promise<void> {
    const summary = this.#summary.summary();
    // A run that was stopped may be continued, and then writes on.
    const end = summary?.outcome === 'stopped' ? 'suspend' : 'close';
    this.#events?.[end]();
    this.#topology?.[end]();
    if (summary === undefined) return;
    if (summary.outcome !== 'failed') this.#directory?.writeModel(await this.#trainer!.engine.save());
    const best = this.#trainer?.best;
    if (best !== undefined) this.#directory?.writeBest(best.state);
    this.#directory?.writeSummary(summary);
    this.#written = summary;
  }
}
