import type { Signal } from '@espalier/core';

/**
 * What the engine can supply.
 * @param denseMomentum - whether it keeps the first moment at every position
 */
export function suppliedSignals(denseMomentum: boolean): ReadonlySet<Signal> {
  return new Set<Signal>([
    'gradient',
    'momentum',
    'weight',
    'factors',
    ...(denseMomentum ? ['denseMomentum'] : []),
  ]);
}
