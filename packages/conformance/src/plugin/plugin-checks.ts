import { type Plugin, Registry } from '@espalier/core';
import { type ReasonedCheck, withSkips } from '../checks/skip.js';
import { definitionChecks } from './definition-checks.js';
import { methodChecks } from './method-checks.js';
import type { PluginOptions } from './options.js';
import { standIns } from './stand-ins.js';
import { strategyChecks } from './strategy-checks.js';

/**
 * Everything that holds of a plugin that keeps the contract, without a test runner: {@link describePlugin} makes tests of it.
 *
 * @param plugin - what `definePlugin` returned
 * @param options - what can't be known by itself
 * @throws EspalierError where the plugin can't be registered
 * @throws TypeError where `skip` or `choices` name what is not there
 */
export function pluginChecks(plugin: Plugin, options: PluginOptions = {}): readonly ReasonedCheck[] {
  const registry = new Registry().add(standIns);
  for (const other of options.plugins ?? []) if (other.name !== plugin.name) registry.add(other);
  registry.add(plugin);
  checkChoices(plugin, options);
  const checks = [
    ...definitionChecks(plugin, registry),
    ...strategyChecks(plugin, registry, options),
    ...methodChecks(plugin, registry, options),
  ];
  return withSkips(checks, options.skip ?? {}, plugin.name);
}

function checkChoices(plugin: Plugin, { choices = {} }: PluginOptions): void {
  const known = [
    ...(plugin.strategies ?? []).map(({ slot, name }) => `${slot}/${name}`),
    ...(plugin.methods ?? []).map(({ name }) => `method/${name}`),
  ];
  const unknown = Object.keys(choices).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(`choices: ${plugin.name} brings no "${unknown}". It brings ${known.join(', ')}.`);
}
