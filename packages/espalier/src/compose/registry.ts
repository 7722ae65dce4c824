import type { Registry } from '@espalier/core';
import type { ResolvedConfig } from '@espalier/runs';
import { buildRegistry } from '../plugins/build-registry.js';
import type { CodeParts } from './code-config.js';

/**
 * The registry of a run, with plugins looked up beside the run file, in the working directory, then here.
 * @throws EspalierError where a plugin can't be loaded or registered
 */
export function resolveRegistry(config: ResolvedConfig, code: CodeParts): Promise<Registry> {
  return buildRegistry({
    method: config.method.use,
    recipe: config.recipe,
    observers: config.observers,
    plugins: [...code.plugins, ...config.plugins],
    directories: [code.baseDirectory, process.cwd()],
  });
}
