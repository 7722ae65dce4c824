import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ARCHITECTURES } from '@espalier/architectures';
import { describe, expect, it } from 'vitest';
import { SLOTS } from '../../src/cli/strategies/slots.js';
import { FIRST_PARTY } from '../../src/plugins/first-party.js';
import { espalierHere } from '../support/in-process.js';
import { temporaryDirectory } from '../support/temporary.js';

const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;
const METHODS = FIRST_PARTY.flatMap(({ methods }) => methods);

async function script(shell: string): Promise<string> {
  const { code, stdout } = await espalierHere(temporaryDirectory(), 'completion', shell);
  expect(code).toBe(0);
  const file = join(temporaryDirectory(), shell);
  writeFileSync(file, stdout);
  return file;
}

async function run(shell: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(shell, args)).stdout;
}

describe.skipIf(!has('bash'))('completion in bash', () => {
  /** What bash offers for the last of some words, as it splits them. */
  async function offers(...words: string[]): Promise<string[]> {
    const complete = `source "$1"; shift; COMP_WORDS=(espalier "$@"); COMP_CWORD=$#; _espalier; echo "\${COMPREPLY[*]}"`;
    const stdout = await run('bash', '-c', complete, 'bash', await script('bash'), ...words);
    return stdout.trim().split(' ').filter(Boolean);
  }

  it('offers commands', async () => {
    expect(await offers('e')).toEqual(['expand', 'evaluate', 'export']);
    const help = (await espalierHere(temporaryDirectory(), '--help')).stdout;
    const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(
      ([, name]) => name,
    );
    expect(commands).toContain('train');
    expect((await offers('help', '')).sort()).toEqual(commands.sort());
  });

  it('offers the options of the command', async () => {
    expect(await offers('train', '--me')).toEqual(['--method']);
    expect(await offers('topology', '--pos')).toEqual(['--positions']);
    expect(await offers('doctor', '--me')).toEqual([]);
  });

  it('offers names for options that take them', async () => {
    expect(await offers('train', '--method', '')).toEqual(METHODS);
    expect(await offers('plan', '-m', 'ri')).toEqual(METHODS.filter((method) => method.startsWith('ri')));
    expect(await offers('expand', '-a', '')).toEqual(Object.keys(ARCHITECTURES));
    expect(await offers('strategies', '--slot', '')).toEqual(Object.keys(SLOTS));
    expect(await offers('evaluate', '--weights', '')).toEqual(['model', 'best']);
    expect(await offers('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('offers names behind an equals sign, which is a word of its own', async () => {
    expect(await offers('train', '--method', '=')).toEqual(METHODS);
    expect(await offers('train', '--method', '=', 'gg')).toEqual(['ggr']);
  });

  it('leaves the rest to the names of files', async () => {
    expect(await offers('train', 'run')).toEqual([]);
    expect(await offers('train', '--out', 'run')).toEqual([]);
    const registered = await run(
      'bash',
      '-c',
      'source "$1"; complete -p espalier',
      'bash',
      await script('bash'),
    );
    expect(registered).toContain('-o default');
  });
});

describe.skipIf(!has('fish'))('completion in fish', () => {
  it('offers commands, options and names', async () => {
    const file = await script('fish');
    const offers = async (line: string) => {
      const stdout = await run('fish', '--no-config', '-c', `source ${file}; complete -C "${line}"`);
      return stdout
        .trim()
        .split('\n')
        .map((offer) => offer.split('\t')[0]);
    };
    expect(await offers('espalier exp')).toEqual(['expand', 'export']);
    expect(await offers('espalier train --met')).toEqual(['--method']);
    expect((await offers('espalier train --method ')).sort()).toEqual([...METHODS].sort());
    expect(await offers('espalier completion z')).toEqual(['zsh']);
  });
});

describe.skipIf(!has('zsh'))('completion in zsh', () => {
  it('is a script that zsh takes, and defines the function', async () => {
    const define = 'compdef() { print -r -- "$@" }; source $1; whence -w _espalier';
    const stdout = await run('zsh', '-f', '-c', define, 'zsh', await script('zsh'));
    expect(stdout).toBe('_espalier espalier\n_espalier: function\n');
  });
});

describe('completion', () => {
  it('quotes descriptions for zsh', async () => {
    const { stdout } = await espalierHere(temporaryDirectory(), 'completion', 'zsh');
    expect(stdout).toContain("engine'\\''s backend");
    expect(stdout).toContain(
      '[magnitude\\: the largest weights; given\\: as it stands there]:value:(magnitude given)',
    );
  });

  it('is refused for other shells', async () => {
    const { code, stderr } = await espalierHere(temporaryDirectory(), 'completion', 'tcsh');
    expect(code).toBe(1);
    expect(stderr).toContain("'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.");
  });
});
