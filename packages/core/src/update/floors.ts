import type { Site } from '../contract.js';
import { apportion, sum } from '../numbers/index.js';

/** What floors ask of a redistributor. */
export interface FloorReserve {
  /** Per site, the weights it must get. */
  readonly counts: number[];
  /** Whether the total could not serve all floors and was apportioned to their deficits. */
  readonly short: boolean;
}

/**
 * The weights that layers below their floors must get: their deficits, or where the total does not suffice the
 * total apportioned in proportion to them.
 *
 * @param sites - after pruning
 * @param total - weights to regrow over all layers
 */
export function reserveFloors(sites: readonly Site[], total: number): FloorReserve {
  // Not what the layer shows: with the order "regrow-prune" it shows what leaves, too.
  const deficits = sites.map(({ floor, scores, removed, room }) =>
    Math.min(Math.max(0, floor - (scores.length - removed)), room),
  );
  const needed = sum(deficits);
  if (needed <= total) return { counts: deficits, short: false };
  const targets = deficits.map((deficit) => (deficit * total) / needed);
  return { counts: apportion(targets, total, { caps: deficits }), short: true };
}
