import { EspalierError } from '@espalier/core';
import { toRunConfig } from '@espalier/runs';
import type { LoadedRun } from '../run/loaded-run.js';
import { flatten } from './flatten.js';

/** Runs that differ in nothing but the seed. */
export interface RunGroup {
  /** The method, and where groups share it the settings that tell them apart. */
  readonly label: string;
  /** Counts groups from 0, in the order in which their first runs were given: decides colour and dashes. */
  readonly index: number;
  /** At least one. */
  readonly runs: readonly LoadedRun[];
}

/** Settings that may differ between runs of one group. */
const IGNORED = new Set(['seed', 'method.use']);

/**
 * Puts runs of the same configuration together.
 * @throws EspalierError ESPALIER_RUNS_DIFFER where runs do not have the same layers
 */
export function groupRuns(runs: readonly LoadedRun[]): RunGroup[] {
  checkLayers(runs);
  const groups = new Map<string, { settings: Map<string, string>; method: string; runs: LoadedRun[] }>();
  for (const run of runs) {
    const { seed: _, ...config } = toRunConfig(run.config);
    const key = JSON.stringify(config);
    const group = groups.get(key);
    if (group !== undefined) group.runs.push(run);
    else groups.set(key, { settings: flatten(config), method: run.summary.method, runs: [run] });
  }
  const all = [...groups.values()];
  return all.map(({ settings, method, runs: members }, index) => {
    const peers = all.filter((other) => other.method === method).map((other) => other.settings);
    return { label: [method, ...differences(settings, peers)].join(', '), index, runs: members };
  });
}

/** The settings in which one configuration differs from some of its peers, each as `name value`. */
function differences(
  own: ReadonlyMap<string, string>,
  peers: readonly ReadonlyMap<string, string>[],
): string[] {
  const keys = new Set(peers.flatMap((settings) => [...settings.keys()]));
  const differing = [...keys].filter(
    (key) => !IGNORED.has(key) && new Set(peers.map((settings) => settings.get(key))).size > 1,
  );
  const last = (key: string) => key.slice(key.lastIndexOf('.') + 1);
  return differing
    .filter((key) => own.has(key))
    .map((key) => {
      const ambiguous =
        last(key) === 'use' || differing.filter((other) => last(other) === last(key)).length > 1;
      return `${ambiguous ? key.replace(/\.use$/, '') : last(key)} ${own.get(key)}`;
    });
}

function checkLayers(runs: readonly LoadedRun[]): void {
  const [first, ...others] = runs;
  if (first === undefined) throw new TypeError('A report needs at least one run.');
  const describe = ({ layers }: LoadedRun) =>
    layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  for (const run of others) {
    const [a, b] = [describe(first), describe(run)];
    if (a.join() === b.join()) continue;
    const at = a.findIndex((layer, i) => layer !== b[i]);
    const where =
      at < 0 || b[at] === undefined ? `${a.length} layers and ${b.length}` : `${a[at]} and ${b[at]}`;
    throw new EspalierError(
      'ESPALIER_RUNS_DIFFER',
      `${first.directory} (${first.summary.architecture.use}) and ${run.directory} (${run.summary.architecture.use}) trained different networks: they have ${where}. Layers can only be compared side by side where they are the same; make a report of each.`,
    );
  }
}
