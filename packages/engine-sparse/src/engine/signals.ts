import type { Signal } from '@espalier/core';

/** State where there is no weight, in as much memory as dense weights. */
export interface DenseState {
  /** Whether requests may keep values off the mask. */
  readonly values: boolean;
  /** Whether the first moment is kept at every position. */
  readonly momentum: boolean;
}

/** What the engine can supply. */
export function suppliedSignals({ values, momentum }: DenseState): ReadonlySet<Signal> {
  const dense = [...(values ? ['weight'] : []), ...(momentum ? ['denseMomentum'] : [])];
  return new Set<Signal>(['gradient', 'momentum', 'factors', ...dense]);
}
