import { damaged } from './damaged.js';
import type { LoadedRun } from './loaded-run.js';

/**
 * Sees that the files of a run directory are of the same run.
 * @param paths - what messages call the logs
 * @throws EspalierError ESPALIER_UNREADABLE_FILE
 */
export function checkConsistent(
  { summary, layers, topology, history }: LoadedRun,
  paths: { readonly events: string; readonly topology: string },
): void {
  const sparse = layers.filter(({ dense }) => !dense);
  if (layers.map(describe).join() !== summary.layers.map(describe).join()) {
    throw damaged(paths.events, 'its layers are not those of the summary');
  }
  if (sparse.map(describe).join() !== topology.layers.map(describe).join()) {
    throw damaged(paths.topology, 'its layers are not those of the event log');
  }
  if (topology.updates !== summary.topologyUpdates) {
    throw damaged(
      paths.topology,
      `it holds ${topology.updates} complete updates, and the summary counts ${summary.topologyUpdates}`,
    );
  }
  const ends = new Map(summary.layers.map(({ name, nonZerosEnd }) => [name, nonZerosEnd]));
  for (const [i, { name }] of topology.layers.entries()) {
    const found = history.nonZeros.at(-1)![i];
    if (found !== ends.get(name)) {
      throw damaged(
        paths.topology,
        `layer ${name} ends with ${found} active weights, and the summary says ${ends.get(name)}`,
      );
    }
  }
}

function describe({ name, shape }: { readonly name: string; readonly shape: readonly number[] }): string {
  return JSON.stringify([name, shape]);
}
