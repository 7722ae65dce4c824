import type { RunGroup } from './compare/group.js';
import { type Moment, momentsOf } from './compare/moments.js';
import { type Topologies, topologiesAt } from './measure/topologies.js';

/** A group with the moments at which it is shown. */
export interface ShownGroup extends RunGroup {
  readonly moments: readonly Moment[];
  /** Of each run, the start and the topologies at the moments. */
  readonly topologies: readonly Topologies[];
}

/** What every part of a report is made of. */
export interface ReportContext {
  readonly groups: readonly ShownGroup[];
  /** Steps that the longest run was meant to take. */
  readonly totalSteps: number;
}

/** @throws EspalierError ESPALIER_INVALID_OPTION for a number of updates that a run does not have */
export function createContext(groups: readonly RunGroup[], updates?: readonly number[]): ReportContext {
  return {
    groups: groups.map((group) => show(group, momentsOf(group, updates))),
    totalSteps: Math.max(...groups.flatMap(({ runs }) => runs.map((run) => run.totalSteps))),
  };
}

function show(group: RunGroup, moments: readonly Moment[]): ShownGroup {
  const updates = moments.map((moment) => moment.updates);
  return { ...group, moments, topologies: group.runs.map(({ topology }) => topologiesAt(topology, updates)) };
}

/** Whether any of a group's runs was rewired. */
export function isRewired({ runs }: RunGroup): boolean {
  return runs.some(({ topology }) => topology.updates > 0);
}

/** Whether every weight of a group's runs is active all the time. */
export function isDense({ runs }: RunGroup): boolean {
  return runs.every(
    ({ layers, topology, history }) =>
      history.nonZeros.every((counts) => counts.every((n, i) => n === topology.layers[i]!.size)) &&
      layers.every(({ dense, nonZeros, size }) => !dense || nonZeros === size),
  );
}
