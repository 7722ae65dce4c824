import {
  type Choice,
  type ExpandedChoice,
  type Plugin,
  type RecipeSpec,
  Registry,
  type RegrowEntry,
} from '@espalier/core';
import { FIRST_PARTY, type FirstPartyPlugin } from './first-party.js';
import { loadPlugin } from './third-party.js';

/** Which plugins a registry is to hold. */
export interface PluginRequest {
  /** The method's name. */
  readonly method: string;
  /** The overrides that stand beside it. */
  readonly recipe: RecipeSpec;
  /** What is measured besides. Default nothing. */
  readonly observers?: readonly ExpandedChoice[];
  /** Third-party plugins, by specifier or as they are. */
  readonly plugins: readonly (string | Plugin)[];
  /** Where specifiers are looked up. */
  readonly directories: readonly string[];
}

/**
 * A registry with the plugins that a configuration names, and those of ours that it uses.
 * @throws EspalierError where a plugin can't be loaded or registered
 */
export async function buildRegistry(request: PluginRequest): Promise<Registry> {
  const registry = new Registry();
  const named = await Promise.all(
    request.plugins.map((p) => (typeof p === 'string' ? loadPlugin(p, request.directories) : p)),
  );
  const standard = FIRST_PARTY.filter(({ strategies }) => strategies === 'always');
  for (const plugin of standard) registry.add(await plugin.load());
  for (const plugin of named) registry.add(plugin);

  const { observers = [] } = request;
  const used = usedStrategies({ ...request.recipe, observe: observers });
  const known = new Set(registry.methods().map(({ name }) => name));
  const unknown = !known.has(request.method) && !isOurMethod(request.method);
  const present = new Set(registry.strategies('observe').map(({ name }) => name));
  const lost = observers.some(({ use }) => !present.has(use) && !isOurObserver(use));
  const wanted = ({ methods, strategies }: FirstPartyPlugin) =>
    // An unknown method gets all of ours, so that the error can list them; an unknown observer all of ours that measure.
    unknown ||
    methods.includes(request.method) ||
    (strategies !== 'always' &&
      strategies.some((name) => used.has(name) || (lost && name.startsWith('observe/'))));
  const needed = new Set(FIRST_PARTY.filter(wanted).flatMap(({ needs = [] }) => needs));
  for (const plugin of FIRST_PARTY) {
    if (plugin.strategies === 'always') continue;
    if (wanted(plugin) || needed.has(plugin.name)) registry.add(await plugin.load());
  }
  return registry;
}

function isOurMethod(method: string): boolean {
  return FIRST_PARTY.some(({ methods }) => methods.includes(method));
}

function isOurObserver(name: string): boolean {
  return FIRST_PARTY.some(
    ({ strategies }) => strategies !== 'always' && strategies.includes(`observe/${name}`),
  );
}

function usedStrategies(recipe: object): Set<string> {
  const used = new Set<string>();
  const note = (slot: string, choice: Choice | RegrowEntry) => {
    const name = typeof choice === 'string' ? choice : choice.use;
    if (name !== undefined) used.add(`${slot}/${name}`);
  };
  const visit = (spec: object) => {
    for (const [slot, choice] of Object.entries(spec)) {
      if (slot === 'rounds') for (const round of choice as readonly object[]) visit(round);
      else if (Array.isArray(choice)) for (const entry of choice) note(slot, entry as RegrowEntry);
      else if (typeof choice === 'string' || (typeof choice === 'object' && choice !== null)) {
        note(slot, choice as Choice);
      }
    }
  };
  visit(recipe);
  return used;
}
