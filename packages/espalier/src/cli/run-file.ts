import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { EspalierError } from '@espalier/core';
import { loadConfigFile } from '@espalier/runs';
import { isProgram, loadProgram } from '../programs/load-program.js';

/** A run file's contents, and the directory that names in it are relative to. */
export interface LoadedRunFile {
  readonly config: unknown;
  readonly baseDirectory: string;
}

const DATA = ['.yaml', '.yml', '.json'];

/**
 * Loads a run file: YAML and JSON are read, never executed; a program exports its configuration as default.
 * @throws EspalierError ESPALIER_CONFIG_NOT_FOUND or ESPALIER_INVALID_CONFIG
 */
export async function loadRunFile(path: string): Promise<LoadedRunFile> {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new EspalierError('ESPALIER_CONFIG_NOT_FOUND', `The run file ${path} does not exist.`);
  }
  const baseDirectory = dirname(file);
  if (isProgram(file)) return { config: await runProgram(path, file), baseDirectory };
  if (DATA.includes(extname(file).toLowerCase())) return { config: loadConfigFile(path), baseDirectory };
  throw new EspalierError(
    'ESPALIER_INVALID_CONFIG',
    `${path} is not a run file: one ends in ${DATA.join(', ')}, or .ts or .js for a program with defineConfig.`,
  );
}

async function runProgram(path: string, file: string): Promise<unknown> {
  let config: unknown;
  try {
    config = await loadProgram(file);
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path} could not be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (config === undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `${path} has no default export; write: export default defineConfig({ ... })`,
    );
  }
  return config;
}
