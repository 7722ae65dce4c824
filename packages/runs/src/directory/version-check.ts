import { readFileSync } from 'node:fs';
import { unreadable } from '../files/errors.js';
import { VERSION } from '../version.js';

/**
 * Refuses a run of an incompatible version before the form of its files is looked at. Versions are compatible where
 * semantic versioning says so: the same major version, below 1.0 also the same minor version.
 *
 * @param path - the run's summary; a run that was cut off has none, and is not refused here
 * @throws EspalierError ESPALIER_UNREADABLE_FILE
 */
export function checkVersion(path: string): void {
  const found = versionOf(path);
  if (found === undefined || line(found) === line(VERSION)) return;
  throw unreadable(
    path,
    `the run was written by Espalier ${found}, and this is ${VERSION}, which reads runs of ${line(VERSION)}.x; use the version that wrote the run, or train its run.yaml again`,
  );
}

function versionOf(path: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof version === 'string' ? version : undefined;
  } catch {
    // Whoever reads the summary itself says better what is wrong with it.
    return undefined;
  }
}

/** The part of a version within which runs stay readable. */
function line(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `${major}.${minor}` : major;
}
