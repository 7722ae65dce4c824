import type { Clock, WarningEvent } from '../contract.js';
import type { Report } from './round-scope.js';

/** Makes warnings of what strategies report, and gathers them in a list until it is their turn to be told. */
export function reporter(warnings: WarningEvent[], { step }: Clock): Report {
  return (kind, facts) => {
    const message = typeof facts.message === 'string' ? facts.message : kind;
    warnings.push({ type: 'warning', step, kind, message, facts });
  };
}
