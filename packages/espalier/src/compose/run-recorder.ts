import {
  type EngineLayer,
  LOGGER,
  type Logger,
  type Measure,
  type NamedObserver,
  type Observer,
  type TrainEvent,
  type Trainer,
} from '@espalier/core';
import {
  type EventLog,
  type RunDirectory,
  type RunSummary,
  SummaryCollector,
  type TopologyWriter,
} from '@espalier/runs';
import { ARCHITECTURE_KEY } from '../trained/trained-network.js';
import { VERSION } from '../version.js';
import type { Composition } from './compose.js';

/** Writes a run directory while a trainer trains. */
export class RunRecorder implements Observer {
  #summary: SummaryCollector | undefined;
  #directory: RunDirectory | undefined;
  #trainer: Trainer | undefined;
  #logger: Logger | undefined;
  #metadata: Readonly<Record<string, string>> = {};
  #events: EventLog | undefined;
  #written: RunSummary | undefined;
  #topology: TopologyWriter | undefined;

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
   * @param command - the command line that asked for the run, where there was one
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  begin(directory: RunDirectory, composition: Composition, command?: string): void {
    const { config, dataset, factory, network, registry, start, trainer } = composition;
    this.#directory = directory;
    this.#trainer = trainer;
    if ('architecture' in network) {
      this.#metadata = { [ARCHITECTURE_KEY]: JSON.stringify(network.architecture) };
    }
    this.#logger = registry.services.get(LOGGER);
    const summary = new SummaryCollector({
      version: VERSION,
      ...(command === undefined ? {} : { command }),
      architecture: config.architecture,
      data: config.data,
      inputShape: dataset.inputShape,
      engineNotes: factory.notes ?? [],
    });
    this.#summary = summary;
    directory.writeConfig(config);
    this.#events = directory.createEvents();
    this.#topology = directory.createTopology(
      start.sparse.map(({ name, shape, size }) => ({ name, shape, size })),
    );
    const layers = new Map(trainer.engine.layers.map((layer) => [layer.name, layer]));
    this.#topology.start(start.sparse.map(({ name }) => (layers.get(name) as EngineLayer).active));
    // Of a trainer that is never run, nothing is held open; the first event opens the logs again.
    this.#events.suspend();
    this.#topology.suspend();
    const { hooks } = trainer;
    hooks.on('step:before', () => summary.stepBefore());
    hooks.on('step:after', () => summary.stepAfter());
    hooks.on('update:before', () => summary.updateBefore());
    hooks.on('update:after', (plan) => {
      summary.updateAfter();
      this.#topology?.update({
        step: plan.clock.step,
        updateIndex: plan.clock.updateIndex,
        layers: plan.layers,
      });
    });
  }

  observe(event: TrainEvent, _measure: Measure): void {
    this.#events?.observe(event);
    this.#summary?.observe(event);
  }

  /** Lets go of the logs and writes weights, summary and report; of a run that failed, the summary only. */
  async close(): Promise<void> {
    const summary = this.#summary?.summary();
    // A run that was stopped may be continued, and then writes on.
    const end = summary?.outcome === 'stopped' ? 'suspend' : 'close';
    this.#events?.[end]();
    this.#topology?.[end]();
    if (summary === undefined) return;
    if (summary.outcome !== 'failed') {
      this.#directory?.writeModel(await this.#trainer!.engine.save(), this.#metadata);
    }
    const best = this.#trainer?.best;
    if (best !== undefined) this.#directory?.writeBest(best.state, this.#metadata);
    this.#directory?.writeSummary(summary);
    this.#written = summary;
    if (summary.outcome !== 'failed') await this.#writeReport();
  }

  /** A run is worth more than its report: where that can't be made, a warning says so. */
  async #writeReport(): Promise<void> {
    const directory = this.#directory;
    if (directory === undefined) return;
    try {
      // Not loaded before: a run begins sooner without the code that draws.
      const { buildReport, loadRun } = await import('@espalier/report');
      directory.writeReport(buildReport([loadRun(directory.path)]));
    } catch (error) {
      const { message } = error as Error;
      this.#logger?.warn(`warning: the run is complete, but its report could not be made: ${message}`);
    }
  }
}
