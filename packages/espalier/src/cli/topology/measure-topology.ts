import { compareTopologies, type LayerShape, type Overlap } from '@espalier/core';
import type { TopologyLayer } from '@espalier/runs';
import { countFans, type Fans } from './fans.js';
import type { Snapshot } from './snapshot.js';

/** One layer of a topology in figures. */
export interface LayerStatistics extends TopologyLayer, Partial<Fans> {
  /** Active positions. */
  readonly active: number;
  /** Active positions over the size. */
  readonly density: number;
  /** How it compares with the start. */
  readonly start: Overlap & {
    /** The share of the start's connections that are active. */
    readonly survival: number;
  };
  /** What the update itself took away and brought; 0 at the start. */
  readonly pruned: number;
  readonly grown: number;
}

/** A topology in figures. */
export interface TopologyStatistics {
  /** How many updates lie behind it: 0 is the start. */
  readonly update: number;
  /** How many the run has. */
  readonly updates: number;
  /** The step that ended with the update, from 0; null at the start. */
  readonly step: number | null;
  readonly layers: readonly LayerStatistics[];
}

/**
 * Measures the layers of a topology.
 * @param layers - all layers of the log
 * @param shapes - how they are read, where that is known
 * @param chosen - which of them are wanted
 */
export function measureTopology(
  snapshot: Snapshot,
  layers: readonly TopologyLayer[],
  shapes: readonly (LayerShape | undefined)[],
  chosen: readonly boolean[],
): TopologyStatistics {
  const { update, updates, by } = snapshot;
  const measured = layers.flatMap((layer, i) =>
    chosen[i] ? [measureLayer(snapshot, layer, shapes[i], i)] : [],
  );
  return { update, updates, step: by?.step ?? null, layers: measured };
}

function measureLayer(
  { start, active, by }: Snapshot,
  { name, shape, size }: TopologyLayer,
  known: LayerShape | undefined,
  index: number,
): LayerStatistics {
  const first = start[index]!;
  const now = active[index]!;
  const overlap = compareTopologies(first, now, size);
  const change = by?.layers[index];
  return {
    name,
    shape,
    size,
    active: now.length,
    density: now.length / size,
    ...(known === undefined ? {} : countFans(known, now)),
    start: { ...overlap, survival: first.length === 0 ? 1 : overlap.intersection / first.length },
    pruned: change?.pruned.length ?? 0,
    grown: change?.grown.length ?? 0,
  };
}
