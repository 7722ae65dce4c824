import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  loadConfigFile,
  parseConfig,
  RUN_FILES,
  RunDirectory,
  readSummary,
  readTopology,
} from '@espalier/runs';
import { measureHistory } from '../measure/topology-history.js';
import { checkConsistent } from './consistency.js';
import { damaged } from './damaged.js';
import type { LoadedRun } from './loaded-run.js';
import { readLog } from './read-log.js';

/**
 * Reads a run directory for {@link buildReport}.
 *
 * @param directory - of a run that completed, was stopped or failed
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where it is no run directory, the run has not ended or was cut
 * off, a file is damaged or of another version, or the files do not belong together; ESPALIER_INVALID_CONFIG where
 * its run.yaml is not one
 */
export function loadRun(directory: string): LoadedRun {
  const files = RunDirectory.open(directory);
  const file = (name: keyof typeof RUN_FILES) => files.file(name);
  checkEnded(file('summary'));
  const summary = readSummary(file('summary'));
  const { start, ...log } = readLog(file('events'));
  const topology = readTopology(file('topology'));
  const run: LoadedRun = {
    directory,
    config: parseConfig(loadConfigFile(file('config')), file('config')),
    configText: readFileSync(file('config'), 'utf8'),
    summary,
    totalSteps: start.totalSteps,
    layers: start.layers,
    ...log,
    topology,
    history: measureHistory(topology),
  };
  checkConsistent(run, { events: file('events'), topology: file('topology') });
  return run;
}

function checkEnded(summary: string): void {
  if (existsSync(summary)) return;
  throw damaged(
    dirname(summary),
    `the run has not ended, or was cut off before it could write ${RUN_FILES.summary}; a report is made of runs that completed, were stopped or failed`,
  );
}
