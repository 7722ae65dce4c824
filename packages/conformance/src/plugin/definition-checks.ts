import {
  type About,
  EspalierError,
  expandRecipe,
  type Options,
  type Plugin,
  type Registry,
  type StrategyDefinition,
} from '@espalier/core';
import { parse, stringify } from 'yaml';
import type { Check } from '../checks/check.js';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';

interface Named {
  readonly what: string;
  readonly name: string;
  readonly defaults: Options;
  readonly about: About;
  expand(options: Options): unknown;
}

/** Names, defaults and documentation of everything that a plugin brings. */
export function definitionChecks(plugin: Plugin, registry: Registry): readonly Check[] {
  const strategies = (plugin.strategies ?? []).map(
    ({ slot, name, defaults, about }: StrategyDefinition): Named => ({
      ...{ what: `${slot} "${name}"`, name, defaults, about },
      expand: (options) => registry.expand(slot, { ...options, use: name }),
    }),
  );
  const methods = (plugin.methods ?? []).map(
    ({ name, defaults, about }): Named => ({
      ...{ what: `method "${name}"`, name, defaults, about },
      expand: (options) => expandRecipe(registry, { ...options, use: name }),
    }),
  );
  return [...strategies, ...methods].flatMap((named) => [
    { name: `${named.what} survives JSON and YAML`, run: () => checkWritten(named) },
    {
      name: `${named.what} accepts its defaults and refuses an unknown option`,
      run: () => checkOptions(named),
    },
    { name: `${named.what} is documented`, run: () => checkAbout(named) },
  ]);
}

function checkWritten({ name, defaults }: Named): void {
  const choice = { use: name, ...defaults };
  const written = { JSON: JSON.parse(JSON.stringify(choice)), YAML: parse(stringify(choice)) };
  for (const [format, read] of Object.entries(written)) {
    const found = difference(read, choice);
    if (found !== undefined) fail(`Written as ${format} and read again, ${found}.`);
  }
  // A reader types the bare name.
  if (parse(`use: ${name}`).use !== name) fail(`"${name}" needs quotes in YAML; choose another name.`);
}

function checkOptions({ defaults, expand }: Named): void {
  expand({});
  expand(defaults);
  try {
    expand({ 'no such option': 1 });
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'ESPALIER_UNKNOWN_OPTION') return;
    throw error;
  }
  fail('An option that does not exist is accepted.');
}

function checkAbout({ defaults, about }: Named): void {
  if (about.summary.trim() === '') fail('about.summary is empty; say in one sentence what it does.');
  const explained = Object.keys(about.options ?? {});
  const unknown = explained.find((option) => !(option in defaults));
  if (unknown !== undefined) fail(`about.options explains "${unknown}", which is no option.`);
  const missing = Object.keys(defaults).find((option) => !explained.includes(option));
  if (missing !== undefined) fail(`about.options says nothing of "${missing}".`);
}
