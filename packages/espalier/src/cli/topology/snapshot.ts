import type { Positions } from '@espalier/core';
import type { TopologyLog, TopologyUpdate } from '@espalier/runs';

/** A run's topology after some update, with what it is compared to. */
export interface Snapshot {
  /** How many updates lie behind it: 0 is the start. */
  readonly update: number;
  /** How many the run has. */
  readonly updates: number;
  /** The update that made it; absent at the start. */
  readonly by?: TopologyUpdate;
  /** Active positions of each layer at the start. */
  readonly start: readonly Positions[];
  /** Active positions of each layer. */
  readonly active: readonly Positions[];
}

/**
 * The topology after so many updates.
 * @param update - from 0 to the number of updates
 * @throws TypeError for another update
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where an update does not fit the topology before it
 */
export function snapshotAt(log: TopologyLog, update: number): Snapshot {
  const updates = log[Symbol.iterator]();
  let start: readonly Positions[] | undefined;
  let by: TopologyUpdate | undefined;
  let index = 0;
  for (const active of log.topologies()) {
    start ??= active;
    if (index++ === update) {
      return { update, updates: log.updates, ...(by === undefined ? {} : { by }), start, active };
    }
    by = updates.next().value ?? undefined;
  }
  throw new TypeError(`There are the topologies after 0 to ${log.updates} updates, not ${update}.`);
}
