import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from './errors.js';
import { writeAll } from './write-all.js';

/** What an unfinished file is called besides its name. */
export const PARTIAL = '.partial';

/**
 * Writes a file that is either complete or absent, whenever the process or the machine stops.
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeFileAtomic(path: string, ...chunks: readonly (string | Uint8Array)[]): void {
  const partial = path + PARTIAL;
  try {
    const file = openSync(partial, 'w');
    try {
      for (const chunk of chunks) writeAll(file, chunk);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
    syncDirectory(dirname(path));
  } catch (cause) {
    rmSync(partial, { force: true });
    throw unwritable(path, cause);
  }
}

/** Makes a rename outlive a power cut, where the platform can open directories. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
