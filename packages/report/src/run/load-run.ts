import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfigFile, parseConfig, RUN_FILES, readSummary, readTopology } from '@espalier/runs';
import { measureHistory } from '../measure/topology-history.js';
import { checkConsistent } from './consistency.js';
import { damaged } from './damaged.js';
import type { LoadedRun } from './loaded-run.js';
import { readLog } from './read-log.js';
import { checkVersion } from './version-check.js';

/**
 * Reads a run directory for {@link buildReport}.
 *
 * @param directory - of a run that completed, was stopped or failed
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where it is no run directory, the run has not ended or was cut
 * off, a file is damaged or of another version, or the files do not belong together; ESPALIER_INVALID_CONFIG where
 * its run.yaml is not one
 */
export function loadRun(directory: string): LoadedRun {
  const file = (name: keyof typeof RUN_FILES) => join(directory, RUN_FILES[name]);
  checkDirectory(directory);
  checkVersion(file('summary'));
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

function checkDirectory(directory: string): void {
  if (!existsSync(directory)) throw damaged(directory, 'there is no such directory');
  if (!statSync(directory).isDirectory()) throw damaged(directory, 'it is a file, not a run directory');
  const has = (name: keyof typeof RUN_FILES, parent = directory) => existsSync(join(parent, RUN_FILES[name]));
  if (!has('config')) {
    const inside = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && has('config', join(directory, entry.name)))
      .map(({ name }) => join(directory, name));
    const hint = inside.length === 0 ? '' : `; there are runs in it: ${inside.join(' ')}`;
    throw damaged(directory, `it holds no run: there is no ${RUN_FILES.config}${hint}`);
  }
  if (!has('summary')) {
    throw damaged(
      directory,
      `the run has not ended, or was cut off before it could write ${RUN_FILES.summary}; a report is made of runs that completed, were stopped or failed`,
    );
  }
}
