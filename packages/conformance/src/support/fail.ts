/** Ends a check: what was found, and what the contract asks for. */
export function fail(message: string): never {
  throw new Error(message);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
