import type { ErrorCode } from './codes.js';

/**
 * A failure that Espalier explains: what was wrong, where, and what would be right.
 *
 * The message begins with the code in brackets; every code is described in the error reference.
 */
export class EspalierError extends Error {
  /** Tells it from other errors where `instanceof` can't: between copies of the package. */
  override readonly name = 'EspalierError';
  /**
   * @param code - stable, see {@link ErrorCode}
   * @param explanation - one sentence or more: what was found, where, what is allowed
   * @param options - `cause`: the error behind this one
   */
  constructor(
    readonly code: ErrorCode,
    readonly explanation: string,
    options?: { readonly cause?: unknown },
  ) {
    super(`[${code}] ${explanation}`, options);
  }
}
