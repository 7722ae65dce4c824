import { EspalierError, type Signal, suggest } from '@espalier/core';

/**
 * What the engine can supply.
 * @param denseMomentum - whether it keeps the first moment at every position
 */
export function suppliedSignals(denseMomentum: boolean): ReadonlySet<Signal> {
  return new Set<Signal>(['gradient', 'momentum', 'weight', ...(denseMomentum ? ['denseMomentum'] : [])]);
}

/** @throws EspalierError `ESPALIER_ENGINE_REFUSES` for a signal that can't be supplied */
export function checkSignals(asked: ReadonlySet<Signal>, supplied: ReadonlySet<Signal>): void {
  for (const signal of asked) {
    if (supplied.has(signal)) continue;
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      `There is no signal "${signal}" here.${suggest(signal, [...supplied])}`,
    );
  }
}
