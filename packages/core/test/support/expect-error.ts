import { type ErrorCode, EspalierError } from '@espalier/core';
import { expect } from 'vitest';

/** The error that a call throws, which must be of ours and have the code. */
export function errorOf(code: ErrorCode, call: () => unknown): EspalierError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(EspalierError);
    expect((error as EspalierError).message).toContain(`[${code}]`);
    return error as EspalierError;
  }
  throw new Error(`Nothing was thrown; ${code} was due.`);
}
