import { EspalierError } from '@espalier/core';

/** An ESPALIER_OUTPUT_UNWRITABLE error. */
export function unwritable(path: string, cause: unknown): EspalierError {
  return new EspalierError(
    'ESPALIER_OUTPUT_UNWRITABLE',
    `${path} can not be written: ${messageOf(cause)}. Choose another output directory, or free space.`,
    { cause },
  );
}

/** An ESPALIER_UNREADABLE_FILE error. */
export function unreadable(path: string, what: string, cause?: unknown): EspalierError {
  return new EspalierError('ESPALIER_UNREADABLE_FILE', `${path}: ${what}.`, { cause });
}

/** What an error says, whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
