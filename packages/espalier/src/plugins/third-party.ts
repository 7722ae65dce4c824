import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EspalierError, type Plugin } from '@espalier/core';
import { isProgram, loadProgram } from '../programs/load-program.js';

/**
 * Loads a plugin that a configuration names: nothing is ever loaded that is not named.
 *
 * @param specifier - a package name, or the path of a file relative to one of the directories
 * @param directories - where packages and files are looked up, in this order
 * @throws EspalierError ESPALIER_PLUGIN_NOT_FOUND, or ESPALIER_INVALID_PLUGIN where the module has no plugin
 */
export async function loadPlugin(specifier: string, directories: readonly string[]): Promise<Plugin> {
  const given = [...new Set(directories)];
  // Last of all what Espalier itself depends on, which messages need not speak of.
  const places = [...given, import.meta.dirname];
  const load = findFile(specifier, places) ?? (await findPackage(specifier, places));
  if (load === undefined) throw notFound(specifier, given);
  let plugin: unknown;
  try {
    plugin = await load();
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_PLUGIN_NOT_FOUND',
      `The plugin "${specifier}" could not be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (isPlugin(plugin)) return plugin;
  throw new EspalierError(
    'ESPALIER_INVALID_PLUGIN',
    plugin === undefined
      ? `The module "${specifier}" has no default export; export what definePlugin returns.`
      : `The default export of "${specifier}" is no plugin; export what definePlugin returns.`,
  );
}

type Load = () => Promise<unknown>;

function findFile(specifier: string, directories: readonly string[]): Load | undefined {
  if (!isProgram(specifier)) return undefined;
  const file = directories.map((directory) => resolve(directory, specifier)).find((path) => existsSync(path));
  return file === undefined ? undefined : () => loadProgram(file);
}

async function findPackage(specifier: string, directories: readonly string[]): Promise<Load | undefined> {
  const { createJiti } = await import('jiti');
  for (const directory of directories) {
    // Node itself resolves packages only as seen from the importing file.
    const parent = pathToFileURL(`${directory}/`).href;
    const url = createJiti(parent).esmResolve(specifier, { parentURL: parent, try: true });
    if (url !== undefined) return async () => (await import(url)).default;
  }
  return undefined;
}

function notFound(specifier: string, directories: readonly string[]): EspalierError {
  const where = directories.join(' or ');
  const remedy =
    specifier.startsWith('.') || isAbsolute(specifier)
      ? 'Paths are relative to the run file, else to the working directory.'
      : `Install it there (npm install ${specifier}), or give the path of a file.`;
  return new EspalierError(
    'ESPALIER_PLUGIN_NOT_FOUND',
    `The plugin "${specifier}" was not found from ${where}. ${remedy}`,
  );
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'name' in value && 'api' in value;
}
