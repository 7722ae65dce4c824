import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { unwritable } from './errors.js';

/**
 * Makes a directory with the parents that it lacks, one at a time: the platform's own recursion never ends in
 * file systems that answer as if the parent were missing, such as /proc.
 *
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function makeDirectory(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  try {
    for (const directory of missing.reverse()) mkdirSync(directory);
  } catch (cause) {
    // Another process may have made it in between.
    if (!existsSync(path)) throw unwritable(path, cause);
  }
  if (!statSync(path).isDirectory()) throw unwritable(path, new Error('a file is in its place'));
}
