/** One clear message for the terminal; stack traces only where `ESPALIER_DEBUG` is set. */
export function explainError(error: unknown): string {
  if (process.env.ESPALIER_DEBUG !== undefined && error instanceof Error) return String(error.stack);
  // By its name: the class would bring all of core along, which help does not need.
  if (error instanceof Error && error.name === 'EspalierError') return `espalier: ${error.message}`;
  const message = error instanceof Error ? error.message : String(error);
  return `espalier: unexpected: ${message}\nThis should not happen; with ESPALIER_DEBUG=1 the stack trace is shown.`;
}
