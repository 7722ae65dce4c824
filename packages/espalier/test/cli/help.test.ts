import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES } from '@espalier/architectures';
import { DATASETS } from '@espalier/data';
import { VERSION } from 'espalier';
import { describe, expect, it } from 'vitest';
import { FIRST_PARTY } from '../../src/plugins/first-party.js';
import { espalier, start } from '../support/command.js';
import { espalierHere } from '../support/in-process.js';
import { temporaryDirectory } from '../support/temporary.js';

describe('the command', () => {
  it('says its version', async () => {
    expect(await espalier(temporaryDirectory(), '--version')).toEqual({
      code: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    });
  });

  it('lists its commands, as help and where none is given', async () => {
    const help = await espalierHere(temporaryDirectory(), '--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^ {2}train \[options\] \[file\] /m);
    const none = await espalierHere(temporaryDirectory());
    expect(none).toEqual({ code: 1, stdout: '', stderr: help.stdout });
  });

  it('names everything that train can be given by name', async () => {
    const { code, stdout } = await espalierHere(temporaryDirectory(), 'train', '--help');
    expect(code).toBe(0);
    const help = stdout.replace(/\s+/g, ' ');
    const names = (flag: string) =>
      new RegExp(`--${flag} <name> (.*?) \\(default`).exec(help)?.[1]?.split(', ');
    expect(names('architecture')?.sort()).toEqual(Object.keys(ARCHITECTURES).sort());
    expect(names('data')?.sort()).toEqual(DATASETS.map(({ name }) => name).sort());
    expect(names('method')?.sort()).toEqual(FIRST_PARTY.flatMap(({ methods }) => methods).sort());
    expect(/--observe <name> (.*?) measured/.exec(help)?.[1]?.split(', ')).toContain('gradient-flow');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('(default: false)');
  });

  const COMMANDS = [
    'plan',
    'expand',
    'strategies',
    'evaluate',
    'report',
    'topology',
    'doctor',
    'bench',
    'completion',
  ];

  it.each(COMMANDS)('shows options and examples of %s within 80 columns', async (name) => {
    const directory = temporaryDirectory();
    const help = await espalierHere(directory, name, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: espalier ${name} `);
    for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await espalierHere(directory, 'help', name)).toEqual(help);
  });

  it('is listed without loading what it runs, which would take long', async () => {
    const directory = temporaryDirectory();
    const { code } = await start(directory, ['--help'], { NODE_V8_COVERAGE: join(directory, 'loaded') })
      .ended;
    expect(code).toBe(0);
    const [file] = readdirSync(join(directory, 'loaded'));
    const { result } = JSON.parse(readFileSync(join(directory, 'loaded', file!), 'utf8'));
    const loaded = result.map(({ url }: { url: string }) => url);
    expect(loaded).toContainEqual(expect.stringContaining('cli/commands/train.js'));
    expect(loaded.filter((url: string) => /(core|runs|data|architectures)\/dist\/|rxjs/.test(url))).toEqual(
      [],
    );
  });
});
