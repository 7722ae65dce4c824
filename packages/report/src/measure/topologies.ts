import type { Positions } from '@espalier/core';
import type { TopologyLog } from '@espalier/runs';

/** Topologies of a run by the number of updates before them: active positions, one list per layer of the log. */
export type Topologies = ReadonlyMap<number, readonly Positions[]>;

/** The start and the topologies after some numbers of updates, found in one pass over the log. */
export function topologiesAt(log: TopologyLog, updates: readonly number[]): Topologies {
  const wanted = new Set([0, ...updates]);
  const last = Math.max(...wanted);
  const found = new Map<number, readonly Positions[]>();
  let index = 0;
  for (const active of log.topologies()) {
    if (wanted.has(index)) found.set(index, active);
    if (index++ === last) break;
  }
  return found;
}
