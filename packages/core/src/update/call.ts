import { EspalierError } from '../errors/index.js';
import type { Bound } from '../registry/index.js';

/** Where a strategy was called. */
export interface CallSite {
  readonly layer?: string;
  readonly step?: number;
}

/**
 * Calls a strategy so that whatever it throws names it.
 * @throws EspalierError ESPALIER_STRATEGY_THREW with plugin, slot, name, layer and step
 */
export function callStrategy<T>(bound: Bound<unknown>, site: CallSite, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    throw new EspalierError(
      'ESPALIER_STRATEGY_THREW',
      `${describeCall(bound, site)} threw: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** An error for a result that the contract rules out. */
export function badResult(bound: Bound<unknown>, site: CallSite, what: string): EspalierError {
  return new EspalierError('ESPALIER_STRATEGY_RESULT', `${describeCall(bound, site)} ${what}.`);
}

function describeCall(bound: Bound<unknown>, { layer, step }: CallSite): string {
  const where = layer === undefined ? '' : ` in layer "${layer}"`;
  const when = step === undefined ? '' : ` at step ${step}`;
  return `${bound.slot} "${bound.name}" of ${bound.plugin}${where}${when}`;
}
