import type { Plugin, Signal } from '@espalier/core';
import { loadEngine } from '../../engines/engines.js';
import type { Entry } from './entries.js';
import { NeedsReader } from './needs.js';

/**
 * Says of every entry whether an engine supplies what it reads.
 * @param name - the engine's; undefined leaves the entries as they are
 * @throws EspalierError ESPALIER_UNKNOWN_ENGINE
 */
export async function withEngine(
  entries: readonly Entry[],
  plugins: readonly Plugin[],
  name: string | undefined,
): Promise<readonly Entry[]> {
  if (name === undefined) return entries;
  // The sparse engine keeps state where there are no weights for configurations that allow it only.
  const engine = await loadEngine(name, { denseMomentum: name !== 'sparse' });
  const allowed = await loadEngine(name, { denseMomentum: true, denseState: 'allow' });
  const reader = new NeedsReader(plugins);
  return entries.map((entry): Entry => {
    const needs = reader.needs(entry);
    if (needs === null) return entry;
    const missing = needs.filter((signal: Signal) => !engine.signals.has(signal));
    const runs = missing.length === 0;
    const runsAllowed = !runs && missing.every((signal) => allowed.signals.has(signal));
    return {
      ...entry,
      needs,
      on: { engine: engine.name, runs, missing, ...(runsAllowed ? { with: 'denseState: allow' } : {}) },
    };
  });
}
