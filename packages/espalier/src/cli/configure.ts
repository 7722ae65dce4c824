import { parseConfig, type ResolvedConfig } from '@espalier/runs';
import { type CodeParts, partConfig } from '../compose/code-config.js';
import { applyFlags, type ConfigFlags } from './config-flags.js';
import { loadRunFile } from './run-file.js';

/** A configuration that a command line means, and the parts that can't be written down. */
export interface Configuration {
  readonly config: ResolvedConfig;
  readonly code: CodeParts;
}

/**
 * The configuration of a run file, where there is one, with what the command line says put over it.
 * @throws EspalierError where the file or the command line has something wrong
 */
export async function configure(file: string | undefined, flags: ConfigFlags): Promise<Configuration> {
  const loaded = file === undefined ? { config: {}, baseDirectory: process.cwd() } : await loadRunFile(file);
  // Checked by itself, so that a message names the place where the mistake is.
  if (file !== undefined) parseConfig(loaded.config, file);
  const config = parseConfig(applyFlags(loaded.config, flags), 'command line');
  return { config, code: partConfig({ baseDirectory: loaded.baseDirectory }).code };
}
