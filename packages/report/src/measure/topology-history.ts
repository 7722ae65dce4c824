import { compareTopologies, Exploration, type Positions } from '@espalier/core';
import type { TopologyLog, TopologyUpdate } from '@espalier/runs';

/**
 * A run's topologies in figures. Topology 0 is the start, topology i the one after i updates; all shares are of
 * the layers that are not kept dense, taken together.
 */
export interface TopologyHistory {
  /** From which step on each topology holds: 0, then the step after each update's own. */
  readonly steps: readonly number[];
  /** Active weights of each topology, per layer of the log. */
  readonly nonZeros: readonly (readonly number[])[];
  /** Share of the first topology's connections that are active in each; one that left and came back counts. */
  readonly survival: readonly number[];
  /** Share of all positions that were active in some topology so far, see `Exploration` of `@espalier/core`. */
  readonly exploration: readonly number[];
  /** Of each update: connections active before and after it, over the smaller number of the two. */
  readonly overlap: readonly number[];
}

/**
 * Goes through a topology log once.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where an update does not fit the topology before it
 */
export function measureHistory(log: TopologyLog): TopologyHistory {
  const sizes = log.layers.map(({ size }) => size);
  const steps = [0];
  const exploration: number[] = [];
  const survival: number[] = [];
  const overlap: number[] = [];
  const nonZeros: number[][] = [];
  const updates = log[Symbol.iterator]();
  let start: Positions[] | undefined;
  let before: Positions[] | undefined;
  let explored: Exploration | undefined;
  for (const active of log.topologies()) {
    if (start === undefined || before === undefined || explored === undefined) {
      start = active;
      explored = new Exploration(active, sizes);
    } else {
      const { step, layers } = updates.next().value as TopologyUpdate;
      steps.push(step + 1);
      explored.add(layers.map(({ grown }) => grown));
      overlap.push(sharedOf(before, active, sizes, 'smaller'));
    }
    nonZeros.push(active.map(({ length }) => length));
    survival.push(sharedOf(start, active, sizes, 'first'));
    // Where every layer is kept dense there are no positions to explore.
    exploration.push(sizes.length === 0 ? 1 : explored.rate);
    before = active;
  }
  return { steps, nonZeros, survival, exploration, overlap };
}

/** Connections that two topologies share, over those of the first or of the smaller one; 1 where there are none. */
function sharedOf(
  first: readonly Positions[],
  second: readonly Positions[],
  sizes: readonly number[],
  over: 'first' | 'smaller',
): number {
  let shared = 0;
  let all = 0;
  for (const [i, a] of first.entries()) {
    const b = second[i]!;
    shared += compareTopologies(a, b, sizes[i]!).intersection;
    all += over === 'first' ? a.length : Math.min(a.length, b.length);
  }
  return all === 0 ? 1 : shared / all;
}
