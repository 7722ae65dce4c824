import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EspalierError } from '@espalier/core';
import { makeDirectory, writeFileAtomic } from '@espalier/runs';
import { isReport } from './html/page.js';

/**
 * Writes a report, complete or not at all. An earlier report is replaced; any other file is not.
 *
 * @param options - `force`: whatever file is there is replaced
 * @throws EspalierError ESPALIER_OUTPUT_EXISTS, ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeReport(
  path: string,
  page: string,
  { force = false }: { readonly force?: boolean } = {},
): void {
  if (existsSync(path) && !force) checkReplaceable(path);
  makeDirectory(dirname(path));
  writeFileAtomic(path, page);
}

function checkReplaceable(path: string): void {
  if (statSync(path).isFile() && isReport(readFileSync(path, 'utf8'))) return;
  throw new EspalierError(
    'ESPALIER_OUTPUT_EXISTS',
    `${path} is there already and is no report of Espalier. Replace it with --force, or choose another file.`,
  );
}
