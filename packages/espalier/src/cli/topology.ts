import { EspalierError, matchLayers } from '@espalier/core';
import { loadConfigFile, parseConfig, RunDirectory, readTopology, type TopologyLog } from '@espalier/runs';
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
 * `espalier topology`: which positions of a run were active after so many updates.
 * @returns the exit code
 * @throws EspalierError where the directory is damaged, or has no such update or layer
 */
export function topology(directory: string, flags: TopologyFlags): number {
  const files = RunDirectory.open(directory);
  const log = readTopology(files.file('topology'));
  const snapshot = snapshotAt(log, updateOf(flags.update, log));
  const chosen =
    flags.layer === undefined ? log.layers.map(() => true) : matchLayers(log.layers, flags.layer, '--layer');
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

function updateOf(given: string | undefined, { updates }: TopologyLog): number {
  if (given === undefined) return updates;
  const update = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (update <= updates) return update;
  const known = updates === 0 ? '; the run has no updates' : `, or 1 to ${updates}, the updates of this run`;
  throw new EspalierError('ESPALIER_INVALID_OPTION', `--update ${given}: give 0 for the start${known}.`);
}
