import type { Command } from 'commander';

/** Options whose values are names that are known. */
const NAMED = ['method', 'data', 'architecture', 'observe', 'engine'] as const;

/** What can be given to an option by name. */
export type NamedOption = (typeof NAMED)[number];

/** Every name that an option can be given. */
export async function knownNames(): Promise<Readonly<Record<NamedOption, readonly string[]>>> {
  const [architectures, data, engines, plugins] = await Promise.all([
    import('@espalier/architectures'),
    import('@espalier/data'),
    import('../engines/engines.js'),
    import('../plugins/first-party.js'),
  ]);
  return {
    method: plugins.FIRST_PARTY.flatMap(({ methods }) => methods),
    data: data.DATASETS.map(({ name }) => name),
    architecture: Object.keys(architectures.ARCHITECTURES),
    observe: plugins.FIRST_PARTY.flatMap(({ strategies }) => (strategies === 'always' ? [] : strategies))
      .filter((name) => name.startsWith('observe/'))
      .map((name) => name.slice('observe/'.length)),
    engine: engines.ENGINE_NAMES,
  };
}

/** Writes the known names into a command's help. They are loaded only here, so that listing commands is quick. */
export async function nameChoices(command: Command): Promise<void> {
  const named = command.options.filter((option) => isNamed(option.attributeName()));
  if (named.length === 0) return;
  const names = await knownNames();
  for (const option of named) {
    const known = names[option.attributeName() as NamedOption].join(', ');
    option.description = `${known} ${option.description}`;
  }
}

function isNamed(attribute: string): attribute is NamedOption {
  return (NAMED as readonly string[]).includes(attribute);
}
