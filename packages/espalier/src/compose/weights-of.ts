import { existsSync } from 'node:fs';
import { EspalierError } from '@espalier/core';
import { RUN_FILES, type RunDirectory } from '@espalier/runs';

/**
 * The file with a run's weights.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where it has none, saying why that may be
 */
export function weightsOf(files: RunDirectory, which: 'model' | 'best'): string {
  const file = files.file(which);
  if (existsSync(file)) return file;
  const why =
    which === 'best'
      ? 'the run kept no best weights; train with --keep-best'
      : 'the run has not ended, has failed, or was cut off';
  throw new EspalierError('ESPALIER_UNREADABLE_FILE', `${files.path} has no ${RUN_FILES[which]}: ${why}.`);
}
