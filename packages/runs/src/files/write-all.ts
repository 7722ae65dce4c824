import { writeSync } from 'node:fs';

/** One write call takes less than 2^31 bytes. */
const MOST_AT_ONCE = 2 ** 30;

/** Writes every byte, in as many calls as the system wants. */
export function writeAll(file: number, chunk: string | Uint8Array): void {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(MOST_AT_ONCE, bytes.length - done));
  }
}
