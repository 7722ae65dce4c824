import type { Command } from 'commander';
import { bashScript } from './completion/bash.js';
import { fishScript } from './completion/fish.js';
import { readVocabulary, type Vocabulary } from './completion/vocabulary.js';
import { zshScript } from './completion/zsh.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (vocabulary: Vocabulary) => string
>;

/** A shell that completion is known for. */
export type Shell = keyof typeof SCRIPTS;

/**
 * `espalier completion`: a script for a shell. It holds every name, so that completing starts no process.
 * @returns the exit code
 */
export async function completion(program: Command, shell: Shell): Promise<number> {
  process.stdout.write(SCRIPTS[shell](await readVocabulary(program)));
  return 0;
}
