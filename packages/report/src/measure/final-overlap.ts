import { compareTopologies, type Positions, shareDistance } from '@espalier/core';
import type { LoadedRun } from '../run/loaded-run.js';
import { topologiesAt } from './topologies.js';

/** How alike the last topologies of two runs are, over the layers that are sparse in both. */
export interface FinalOverlap {
  /** Connections of both, over the smaller number of the two. */
  readonly overlap: number;
  /** What that is on average for topologies that are drawn uniformly with as many connections in every layer. */
  readonly chance: number;
  /** Half the sum of absolute differences of the layers' shares of the connections. */
  readonly shareDistance: number;
}

/** A run's last topology by layer. */
export type FinalTopology = ReadonlyMap<string, { readonly active: Positions; readonly size: number }>;

/** The last topology of a run. */
export function finalTopology({ topology }: Pick<LoadedRun, 'topology'>): FinalTopology {
  const last = topologiesAt(topology, [topology.updates]).get(topology.updates)!;
  return new Map(topology.layers.map(({ name, size }, i) => [name, { active: last[i]!, size }]));
}

/** Compares two topologies; undefined where no layer is sparse in both. */
export function finalOverlap(a: FinalTopology, b: FinalTopology): FinalOverlap | undefined {
  const pairs = [...a].flatMap(([name, first]) => {
    const second = b.get(name);
    return second === undefined ? [] : [{ first: first.active, second: second.active, size: first.size }];
  });
  if (pairs.length === 0) return undefined;
  let shared = 0;
  let expected = 0;
  let smaller = 0;
  for (const { first, second, size } of pairs) {
    shared += compareTopologies(first, second, size).intersection;
    expected += (first.length * second.length) / size;
    smaller += Math.min(first.length, second.length);
  }
  return {
    overlap: shared / smaller,
    chance: expected / smaller,
    shareDistance: shareDistance(
      pairs.map(({ first }) => first.length),
      pairs.map(({ second }) => second.length),
    ),
  };
}
