import { EspalierError } from '@espalier/core';

/** An ESPALIER_UNREADABLE_FILE error. @param what - a sentence without its full stop */
export function damaged(path: string, what: string, cause?: unknown): EspalierError {
  return new EspalierError('ESPALIER_UNREADABLE_FILE', `${path}: ${what}.`, { cause });
}
