import { pathToFileURL } from 'node:url';
import { EspalierError, type Plugin } from '@espalier/core';

/**
 * Loads a plugin that a configuration names: nothing is ever loaded that is not named.
 *
 * @param specifier - a package name, or a path relative to one of the directories
 * @param directories - where packages and paths are looked up, in this order
 * @throws EspalierError ESPALIER_PLUGIN_NOT_FOUND, or ESPALIER_INVALID_PLUGIN where the module has no plugin
 */
export async function loadPlugin(specifier: string, directories: readonly string[]): Promise<Plugin> {
  const url = await resolveModule(specifier, directories);
  if (url === undefined) {
    throw new EspalierError(
      'ESPALIER_PLUGIN_NOT_FOUND',
      `The plugin "${specifier}" was not found from ${directories.join(' or ')}. Install it there (npm install ${specifier}), or give a path.`,
    );
  }
  let module: { readonly default?: Plugin };
  try {
    module = await import(url);
  } catch (error) {
    throw new EspalierError(
      'ESPALIER_PLUGIN_NOT_FOUND',
      `The plugin "${specifier}" could not be loaded: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (module.default === undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_PLUGIN',
      `The module "${specifier}" has no default export; export what definePlugin returns.`,
    );
  }
  return module.default;
}

async function resolveModule(specifier: string, directories: readonly string[]): Promise<string | undefined> {
  const { createJiti } = await import('jiti');
  for (const directory of directories) {
    // Node itself resolves packages only as seen from the importing file.
    const parent = pathToFileURL(`${directory}/`).href;
    const found = createJiti(parent).esmResolve(specifier, { parentURL: parent, try: true });
    if (found !== undefined) return found;
  }
  return undefined;
}
