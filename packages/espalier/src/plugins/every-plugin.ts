import { type Plugin, Registry } from '@espalier/core';
import { FIRST_PARTY } from './first-party.js';
import { loadPlugin } from './third-party.js';

/**
 * All plugins of ours, and others that are named.
 *
 * @param specifiers - third-party plugins
 * @param directories - where they are looked up
 * @throws EspalierError where one can't be loaded, or they can't be registered together
 */
export async function everyPlugin(
  specifiers: readonly string[],
  directories: readonly string[],
): Promise<readonly Plugin[]> {
  const named = specifiers.map((specifier) => loadPlugin(specifier, directories));
  const plugins = await Promise.all([...FIRST_PARTY.map((plugin) => plugin.load()), ...named]);
  const registry = new Registry();
  for (const plugin of plugins) registry.add(plugin);
  return plugins;
}
