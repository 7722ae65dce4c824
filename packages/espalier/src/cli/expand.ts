import { expandRecipe } from '@espalier/core';
import { formatConfig } from '@espalier/runs';
import { resolveRegistry } from '../compose/registry.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';
import { writtenRecipe } from './written-recipe.js';

/** What the command line of `espalier expand` gives. */
export interface ExpandFlags extends ConfigFlags {
  readonly json?: boolean;
}

/**
 * `espalier expand`: the recipe that a configuration means, every slot and switch spelled out.
 * @returns the exit code
 */
export async function expand(file: string | undefined, flags: ExpandFlags): Promise<number> {
  const { config, code } = await configure(file, flags);
  const registry = await resolveRegistry(config, code);
  const recipe = expandRecipe(registry, config.method, config.recipe);
  const written = writtenRecipe(recipe, config.method);
  if (flags.json) {
    console.log(JSON.stringify(written, null, 2));
    return 0;
  }
  if (recipe.imposedDensity !== null) {
    console.log(`# The method sets the density to ${recipe.imposedDensity}, whatever the run file says.`);
  }
  process.stdout.write(formatConfig(written));
  return 0;
}
