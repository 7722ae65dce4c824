import type { Plugin } from '@espalier/core';
import { describeChecks } from '../checks/describe-checks.js';
import type { PluginOptions } from './options.js';
import { pluginChecks } from './plugin-checks.js';

/**
 * Tests of everything that holds of a plugin that keeps the contract: names, options and documentation; every strategy
 * over shapes, densities and edge states, its purity, repeatability and state; every method over 200 steps of the
 * reference engine. Call it at the top of a test file.
 *
 * @param plugin - what `definePlugin` returned
 * @param options - other plugins that it names, options to try, and what is not to be checked
 * @throws EspalierError where the plugin can't be registered
 * @throws TypeError where `skip` or `choices` name what is not there
 */
export function describePlugin(plugin: Plugin, options: PluginOptions = {}): void {
  describeChecks(`${plugin.name} keeps the contract`, pluginChecks(plugin, options));
}
