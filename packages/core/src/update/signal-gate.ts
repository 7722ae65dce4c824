import type { Signal, Strategy } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import type { Bound } from '../registry/index.js';

/** Knows which strategy is being called, and lets it read only the signals that it declares. */
export class SignalGate {
  #reader: Bound<Strategy> | undefined;

  /** Runs a call on behalf of a strategy. */
  during<T>(reader: Bound<Strategy>, call: () => T): T {
    const outer = this.#reader;
    this.#reader = reader;
    try {
      return call();
    } finally {
      this.#reader = outer;
    }
  }

  /** @throws EspalierError ESPALIER_UNDECLARED_SIGNAL */
  check(signal: Signal): void {
    const reader = this.#reader;
    if (reader === undefined || reader.strategy.needs?.includes(signal)) return;
    const needs = reader.strategy.needs ?? [];
    throw new EspalierError(
      'ESPALIER_UNDECLARED_SIGNAL',
      `${reader.slot} "${reader.name}" of ${reader.plugin} reads the signal "${signal}", but its needs are ` +
        `[${needs.join(', ')}]; add it there.`,
    );
  }
}
