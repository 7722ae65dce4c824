import { EspalierError } from '@espalier/core';
import type { LoadedRun } from '../run/loaded-run.js';
import type { RunGroup } from './group.js';

/** A moment of a run at which its topology is shown. */
export interface Moment {
  /** How many updates came before it. */
  readonly updates: number;
  /** From which step on the topology holds. */
  readonly step: number;
  /** `start`, `after update 15`, `end`. */
  readonly label: string;
}

/**
 * The moments at which a group is shown: start, middle and end of its updates, or those that were asked for.
 * @param requested - numbers of updates. A run that was never rewired has its start only, whatever is asked for
 * @throws EspalierError ESPALIER_INVALID_OPTION for a number that a run does not have
 */
export function momentsOf({ runs }: RunGroup, requested?: readonly number[]): Moment[] {
  const last = Math.min(...runs.map(({ topology }) => topology.updates));
  if (last === 0) return [momentAt(runs[0]!, 0, last)];
  const updates = requested ?? [0, Math.floor(last / 2), last];
  for (const run of runs) checkUpdates(run, updates);
  return [...new Set(updates)].sort((a, b) => a - b).map((n) => momentAt(runs[0]!, n, last));
}

function momentAt({ history }: LoadedRun, updates: number, last: number): Moment {
  const label = updates === 0 ? 'start' : updates === last ? 'end' : `after update ${updates}`;
  return { updates, step: history.steps[updates]!, label };
}

function checkUpdates({ directory, topology }: LoadedRun, updates: readonly number[]): void {
  const wrong = updates.find((n) => !(Number.isInteger(n) && n >= 0 && n <= topology.updates));
  if (wrong === undefined) return;
  throw new EspalierError(
    'ESPALIER_INVALID_OPTION',
    `${directory} has the topology after 0 to ${topology.updates} updates, not after ${wrong}.`,
  );
}
