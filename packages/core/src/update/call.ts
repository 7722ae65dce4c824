import { EspalierError } from '../errors/index.js';
import type { Bound } from '../registry/index.js';

/** Where a strategy was called. */
export interface CallSite {
  /** The layer's name, where the call belongs to one. */
  readonly layer?: string;
  /** From 0; absent before the first step. */
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
    throw explain(bound, site, error);
  }
}

/**
 * As {@link callStrategy}, for calls that may give a promise.
 * @throws EspalierError ESPALIER_STRATEGY_THREW
 */
export async function awaitStrategy<T>(
  bound: Bound<unknown>,
  site: CallSite,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explain(bound, site, error);
  }
}

function explain(bound: Bound<unknown>, site: CallSite, error: unknown): EspalierError {
  if (error instanceof EspalierError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EspalierError('ESPALIER_STRATEGY_THREW', `${describeCall(bound, site)} threw: ${message}`, {
    cause: error,
  });
}

/** An error for a result that the contract rules out. */
export function badResult(bound: Bound<unknown>, site: CallSite, what: string): EspalierError {
  return new EspalierError('ESPALIER_STRATEGY_RESULT', `${describeCall(bound, site)} ${what}.`);
}

/**
 * Strategies written without types can return anything.
 * @param due - what the contract asks for, e.g. `a list of counts`
 * @throws EspalierError ESPALIER_STRATEGY_RESULT where the result is no list
 */
export function expectList(bound: Bound<unknown>, site: CallSite, result: unknown, due: string): void {
  if (!Array.isArray(result)) throw badResult(bound, site, `returned ${nameOf(result)}; ${due} is due`);
}

const TYPED = {
  positions: [Uint32Array, Float64Array],
  scores: [Float32Array, Float64Array],
  values: [Float32Array],
  groups: [Uint32Array],
  indices: [Uint32Array],
} as const;

/**
 * As {@link expectList}, for typed arrays: selection reads their bits, so that no other type will do.
 * @throws EspalierError ESPALIER_STRATEGY_RESULT where the result is of another type
 */
export function expectTyped(
  bound: Bound<unknown>,
  site: CallSite,
  result: unknown,
  what: keyof typeof TYPED,
): void {
  const types = TYPED[what];
  if (types.some((type) => result instanceof type)) return;
  const due = types.map(({ name }) => name).join(' or ');
  throw badResult(bound, site, `returned ${nameOf(result)}; a ${due} of ${what} is due`);
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : String(value);
}

function describeCall(bound: Bound<unknown>, { layer, step }: CallSite): string {
  const where = layer === undefined ? '' : ` in layer "${layer}"`;
  const when = step === undefined ? '' : ` at step ${step}`;
  return `${bound.slot} "${bound.name}" of ${bound.plugin}${where}${when}`;
}
