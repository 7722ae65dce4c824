import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unreadable } from '../files/errors.js';

/**
 * Makes sure that a directory is there and looks like a run's.
 * @param mark - the file by which a run is recognised
 * @throws EspalierError ESPALIER_UNREADABLE_FILE naming the runs inside of a directory that holds some
 */
export function checkExisting(directory: string, mark: string): void {
  if (!existsSync(directory)) throw unreadable(directory, 'there is no such directory');
  if (!statSync(directory).isDirectory()) throw unreadable(directory, 'it is a file, not a run directory');
  const isRun = (path: string) => existsSync(join(path, mark));
  if (isRun(directory)) return;
  const inside = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isRun(join(directory, entry.name)))
    .map(({ name }) => join(directory, name))
    .sort();
  const hint = inside.length === 0 ? '' : `; there are runs in it: ${inside.join(' ')}`;
  throw unreadable(directory, `it holds no run: there is no ${mark}${hint}`);
}
