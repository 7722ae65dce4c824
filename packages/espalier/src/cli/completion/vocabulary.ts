import type { Command, Option } from 'commander';
import { knownNames } from '../name-choices.js';
import { SLOTS } from '../strategies/slots.js';

/** An option, as far as completion goes. */
export interface OptionWords {
  /** `--method`, and `-m` where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly repeats: boolean;
  /** What it can be given, where that is known; otherwise files are offered. */
  readonly values: readonly string[];
}

/** A command, as far as completion goes. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** What its arguments can be, where that is known; otherwise files are offered. */
  readonly values: readonly string[];
}

/** Everything that can be completed. */
export type Vocabulary = readonly CommandWords[];

/** Reads the commands of a program, with the names that their options take. */
export async function readVocabulary(program: Command): Promise<Vocabulary> {
  const { BACKENDS } = await import('@espalier/engine-tfjs');
  const named = {
    ...(await knownNames()),
    backend: BACKENDS,
    slot: Object.keys(SLOTS),
    optimizer: ['sgd', 'adam', 'adamw'],
    fromTopology: ['magnitude', 'given'],
  };
  const help: OptionWords = {
    flags: ['-h', '--help'],
    description: 'display help for command',
    takesValue: false,
    repeats: false,
    values: [],
  };
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...command.options.map((option) => wordsOf(option, named)), help],
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }));
}

function wordsOf(option: Option, named: Readonly<Record<string, readonly string[]>>): OptionWords {
  const name = option.attributeName();
  const bare = option.description.startsWith('(');
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: bare ? `${name} ${option.description}` : option.description,
    takesValue: option.required,
    repeats: option.description.includes('repeatable'),
    values: option.argChoices ?? (Object.hasOwn(named, name) ? named[name]! : []),
  };
}
