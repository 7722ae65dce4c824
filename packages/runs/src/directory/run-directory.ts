import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineState, EspalierError } from '@espalier/core';
import { stringify } from 'yaml';
import { toRunConfig } from '../config/parse.js';
import type { ResolvedConfig } from '../config/run-config.js';
import { EventLog } from '../events/writer.js';
import { PARTIAL, writeFileAtomic } from '../files/atomic.js';
import { unwritable } from '../files/errors.js';
import { makeDirectory } from '../files/make-directory.js';
import { writeSummary } from '../summary/files.js';
import type { RunSummary } from '../summary/run-summary.js';
import type { TopologyLayer } from '../topology/format.js';
import { TopologyWriter } from '../topology/writer.js';
import { writeModel } from '../weights/model.js';
import { checkExisting } from './existing.js';
import { checkVersion } from './version-check.js';

/** What the files of a run directory are called. */
export const RUN_FILES = {
  /** The whole configuration. */
  config: 'run.yaml',
  /** Everything that training said. */
  events: 'events.jsonl',
  /** The starting topology, and what every update changed. */
  topology: 'topology.bin',
  /** The run in figures. */
  summary: 'summary.json',
  /** Weights and optimizer state at the end. */
  model: 'model.safetensors',
  /** Weights of the best evaluation, where they were kept. */
  best: 'best.safetensors',
  /** The run in pictures. */
  report: 'report.html',
} as const;

/** How our `run.yaml` begins, which tells a run directory from one where somebody keeps a run file of that name. */
const MARK =
  '# The whole configuration of this run, written by espalier. Train it again with: espalier train run.yaml\n';

/** The directory that a run writes: every file of it complete or absent, or a log that is readable as far as it goes. */
export class RunDirectory {
  private constructor(
    /** The directory, as it was given. */
    readonly path: string,
  ) {}

  /**
   * Makes the directory, or takes an empty one.
   *
   * @param path - the directory
   * @param options - `force`: where a run directory is there already, its files are replaced; others stay
   * @throws EspalierError ESPALIER_OUTPUT_EXISTS where the directory is not empty (with `force`, where it is not a
   * run directory), ESPALIER_OUTPUT_UNWRITABLE
   */
  static create(path: string, { force = false }: { readonly force?: boolean } = {}): RunDirectory {
    makeDirectory(path);
    let present: string[];
    try {
      present = readdirSync(path);
    } catch (cause) {
      throw unwritable(path, cause);
    }
    if (present.length > 0) {
      const ours = isRunDirectory(path);
      if (!ours || !force) {
        throw new EspalierError(
          'ESPALIER_OUTPUT_EXISTS',
          ours
            ? `${path} holds a run already. Replace it with --force, or choose another output directory.`
            : `${path} is not empty and holds no run, so nothing in it is replaced. Choose another output directory.`,
        );
      }
      clear(path);
    }
    return new RunDirectory(path);
  }

  /**
   * Takes the directory of a run that is there already.
   * @throws EspalierError ESPALIER_UNREADABLE_FILE where there is none, or an incompatible version wrote it
   */
  static open(path: string): RunDirectory {
    checkExisting(path, RUN_FILES.config);
    checkVersion(join(path, RUN_FILES.summary));
    return new RunDirectory(path);
  }

  /** The path of one of {@link RUN_FILES}. */
  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  /**
   * Writes `run.yaml`. To be called first: by it the directory is recognised.
   * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
   */
  writeConfig(config: ResolvedConfig): void {
    writeFileAtomic(
      this.file('config'),
      MARK,
      stringify(toRunConfig(config), { aliasDuplicateObjects: false }),
    );
  }

  /** Begins `events.jsonl`. @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  createEvents(): EventLog {
    return EventLog.create(this.file('events'));
  }

  /** Begins `topology.bin`. @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  createTopology(layers: readonly TopologyLayer[]): TopologyWriter {
    return TopologyWriter.create(this.file('topology'), layers);
  }

  /** Writes `model.safetensors`, see {@link writeModel}. */
  writeModel(state: EngineState, metadata?: Readonly<Record<string, string>>): void {
    writeModel(this.file('model'), state, metadata);
  }

  /** Writes `best.safetensors`, see {@link writeModel}. */
  writeBest(state: EngineState, metadata?: Readonly<Record<string, string>>): void {
    writeModel(this.file('best'), state, metadata);
  }

  /** Writes `summary.json`. @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  writeSummary(summary: RunSummary): void {
    writeSummary(this.file('summary'), summary);
  }

  /** Writes `report.html`. @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE */
  writeReport(page: string): void {
    writeFileAtomic(this.file('report'), page);
  }
}

function isRunDirectory(path: string): boolean {
  try {
    return readFileSync(join(path, RUN_FILES.config), 'utf8').startsWith(MARK.slice(0, MARK.indexOf('.')));
  } catch {
    return false;
  }
}

/** Takes away what a run wrote, `run.yaml` last: until then an interrupted attempt can be repeated. */
function clear(path: string): void {
  const { config, ...others } = RUN_FILES;
  try {
    for (const name of [...Object.values(others), config]) {
      rmSync(join(path, name + PARTIAL), { force: true });
      rmSync(join(path, name), { force: true });
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
