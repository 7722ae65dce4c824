import type { Positions } from '@espalier/core';

/** What kernels change topologies by, on the engine's memory: see assembly/rewiring.ts. */
export interface RewiringKernels {
  /** Looks for ascending positions among the active ones. */
  locate(
    count: number,
    positions: number,
    after: number,
    size: number,
    perRow: number,
    units: number,
    starts: number,
    rowUnits: number,
    found: number,
  ): number;
  /** Writes the row and the unit of positions. */
  divide(
    count: number,
    positions: number,
    perRow: number,
    units: number,
    rows: number,
    unitsOf: number,
  ): void;
  /** Merges the units of rows. */
  mergeRows(
    rows: number,
    starts: number,
    source: number,
    target: number,
    pruned: number,
    prunedAt: number,
    grown: number,
    grownAt: number,
    grownUnits: number,
  ): void;
  /** Moves values along. */
  mergeValues(
    count: number,
    source: number,
    target: number,
    pruned: number,
    prunedAt: number,
    grown: number,
    grownAt: number,
    values: number,
  ): void;
  /** Makes the order by units from that by rows. */
  orderByUnits(
    rows: number,
    units: number,
    places: number,
    rowStarts: number,
    rowUnits: number,
    values: number,
    unitStarts: number,
    unitFeatures: number,
    unitValues: number,
    permutation: number,
    blocks: number,
    reached: number,
  ): void;
}

/** Where positions stand among the active ones. */
export interface Located {
  /** One for each, {@link NOT_ACTIVE} for those that are not. */
  readonly at: Uint32Array;
  /** How many are active. */
  readonly active: number;
}

/** Stands for positions that are not active. */
export const NOT_ACTIVE = 0xffffffff;

/** A change of a kernel's topology. */
export interface Rewiring {
  /** Ascending indices, before the change, of what leaves. */
  readonly prunedAt: Uint32Array;
  /** Ascending positions that are not active. */
  readonly grown: Positions;
  /** Their weights. */
  readonly grownValues: Float32Array;
}
