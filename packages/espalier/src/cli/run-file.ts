import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { EspalierError } from '@espalier/core';
import { loadConfigFile } from '@espalier/runs';

/** A run file's contents, and the directory that names in it are relative to. */
export interface LoadedRunFile {
  readonly config: unknown;
  readonly baseDirectory: string;
}

const PROGRAMS = ['.ts', '.mts', '.js', '.mjs'];

/**
 * Loads a run file: YAML and JSON are read, never executed; a program exports its configuration as default.
 * @throws EspalierError ESPALIER_CONFIG_NOT_FOUND or ESPALIER_INVALID_CONFIG
 */
export async function loadRunFile(path: string): Promise<LoadedRunFile> {
  const file = resolve(path);
  const baseDirectory = dirname(file);
  if (!PROGRAMS.includes(extname(file))) return { config: loadConfigFile(path), baseDirectory };
  if (!existsSync(file)) {
    throw new EspalierError('ESPALIER_CONFIG_NOT_FOUND', `The run file ${path} does not exist.`);
  }
  const { createJiti } = await import('jiti');
  let module: { readonly default?: unknown };
  try {
    module = await createJiti(import.meta.url).import(file);
  } catch (error) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path} could not be loaded: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  if (module.default === undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path} has no default export; write: export default defineConfig({ ... })`,
    );
  }
  return { config: module.default, baseDirectory };
}
