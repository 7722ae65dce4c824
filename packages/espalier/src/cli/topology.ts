import { EspalierError, matchLayers } from '@espalier/core';
import { loadConfigFile, parseConfig, RunDirectory, readTopology, type TopologyLog } from '@espalier/runs';
import { compareRuns, describeComparison, type NamedTopology } from './topology/compare-topologies.js';
import { describeTopology } from './topology/describe-topology.js';
import { layerShapes } from './topology/layer-shapes.js';
import { measureTopology } from './topology/measure-topology.js';
import { snapshotAt } from './topology/snapshot.js';

/** What the command line of `espalier topology` gives. */
export interface TopologyFlags {
  readonly update?: string;
  readonly layer?: readonly string[];
  readonly positions?: boolean;
  readonly json?: boolean;
}

/**
 * `espalier topology`: which positions of a run were active after so many updates, or how those of two runs compare.
 * @returns the exit code
 * @throws EspalierError where a directory is damaged, has no such update or layer, or two trained different networks
 */
export function topology(directories: readonly string[], flags: TopologyFlags): number {
  const [first, second, ...others] = directories as [string, ...string[]];
  if (others.length > 0) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `${directories.length} directories: give one to show, or two to compare; espalier report compares more.`,
    );
  }
  return second === undefined ? show(first, flags) : compare(first, second, flags);
}

function show(directory: string, flags: TopologyFlags): number {
  const { files, log, snapshot } = read(directory, flags);
  const chosen = choose(log, flags);
  const config = files.file('config');
  const shapes = layerShapes(parseConfig(loadConfigFile(config), config), log.layers);
  const statistics = measureTopology(snapshot, log.layers, shapes, chosen);
  if (flags.positions) {
    const active = snapshot.active.filter((_, i) => chosen[i]);
    const layers = statistics.layers.map((layer, i) => ({ ...layer, positions: [...active[i]!] }));
    console.log(JSON.stringify({ ...statistics, layers }));
  } else if (flags.json) {
    console.log(JSON.stringify(statistics, null, 2));
  } else {
    console.log(describeTopology(directory, statistics, log.complete));
  }
  return 0;
}

function compare(first: string, second: string, flags: TopologyFlags): number {
  if (flags.positions) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      '--positions prints those of one run: give one directory.',
    );
  }
  const [a, b] = [first, second].map((directory) => {
    const { log, snapshot } = read(directory, flags);
    return { directory, layers: log.layers, update: snapshot.update, active: snapshot.active };
  }) as [NamedTopology, NamedTopology];
  const comparison = compareRuns(a, b, choose(a, flags));
  if (flags.json) console.log(JSON.stringify(comparison, null, 2));
  else console.log(describeComparison([first, second], comparison));
  return 0;
}

function read(directory: string, flags: TopologyFlags) {
  const files = RunDirectory.open(directory);
  const log = readTopology(files.file('topology'));
  return { files, log, snapshot: snapshotAt(log, updateOf(flags.update, log)) };
}

function choose({ layers }: Pick<TopologyLog, 'layers'>, { layer }: TopologyFlags): readonly boolean[] {
  return layer === undefined ? layers.map(() => true) : matchLayers(layers, layer, '--layer');
}

function updateOf(given: string | undefined, { updates }: TopologyLog): number {
  if (given === undefined) return updates;
  const update = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (update <= updates) return update;
  const known = updates === 0 ? '; the run has no updates' : `, or 1 to ${updates}, the updates of this run`;
  throw new EspalierError('ESPALIER_INVALID_OPTION', `--update ${given}: give 0 for the start${known}.`);
}
