import { EspalierError } from '@espalier/core';

/** One clear message for the terminal; stack traces only where `ESPALIER_DEBUG` is set. */
export function explainError(error: unknown): string {
  if (process.env.ESPALIER_DEBUG !== undefined && error instanceof Error) return String(error.stack);
  if (error instanceof EspalierError) return `espalier: ${error.message}`;
  const message = error instanceof Error ? error.message : String(error);
  return `espalier: unexpected: ${message}\nThis should not happen; with ESPALIER_DEBUG=1 the stack trace is shown.`;
}
