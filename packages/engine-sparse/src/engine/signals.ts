import type { Signal } from '@espalier/core';

/**
 * What the engine can supply.
 * @param denseMomentum - whether it keeps the first moment at every position, in as much memory as dense weights
 */
export function suppliedSignals(denseMomentum: boolean): ReadonlySet<Signal> {
  return new Set<Signal>(['gradient', 'momentum', 'factors', ...(denseMomentum ? ['denseMomentum'] : [])]);
}
