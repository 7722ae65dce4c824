import type { Plugin } from '@espalier/core';
import { describe, it } from 'vitest';
import { Untried } from './check.js';
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
  describe(`${plugin.name} keeps the contract`, () => {
    for (const { name, run, skipped } of pluginChecks(plugin, options)) {
      it(name, async (test) => {
        if (skipped !== undefined) test.skip(skipped);
        try {
          await run();
        } catch (error) {
          if (error instanceof Untried) test.skip(error.message);
          throw error;
        }
      }, 20_000);
    }
  });
}
