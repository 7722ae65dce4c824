import { join } from 'node:path';
import { readSummary } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { FIRST_PARTY } from '../../src/plugins/first-party.js';
import { TINY } from '../support/command.js';
import { espalierHere, trainHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

async function expand(directory: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await espalierHere(directory, 'expand', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const METHODS = FIRST_PARTY.flatMap(({ methods }) => methods);

describe('espalier expand', () => {
  it.each([
    ...METHODS.map((method): [string, ...string[]] => [method]),
    ['ggr', '--set', 'method.randomShare=0.5', '--set', 'drop={use: staircase, of: {use: linear}}'],
    [
      'rigl',
      '--set',
      'rounds=[{regrow: gradient}, {prune: random, regrow: [random, {use: gradient, share: 0.5}]}]',
    ],
    ['set', '--set', 'slots={use: seed, scale: 0.1}', '--set', 'regrowPruned=never'],
  ])('prints %s as a run file that means the same %s %s', async (method, ...flags) => {
    const directory = temporaryDirectory();
    const printed = await expand(directory, '--method', method, ...flags);
    writeFiles(directory, { 'run.yaml': printed });
    expect(await expand(directory, 'run.yaml')).toBe(printed);
    for (const line of printed.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('prints the recipe that is trained', async () => {
    const directory = temporaryDirectory();
    const flags = ['--method', 'ggr', '--set', 'method.dropFraction=0.5', '--set', 'prune=random'];
    writeFiles(directory, { 'run.yaml': await expand(directory, ...flags) });
    expect((await trainHere(directory, ...flags, '--out', 'flags')).code).toBe(0);
    const recipe = (out: string) => readSummary(join(directory, out, 'summary.json')).recipe;
    expect((await espalierHere(directory, 'train', 'run.yaml', ...TINY, '--out', 'file')).code).toBe(0);
    expect(recipe('file')).toEqual(recipe('flags'));
  });

  it('spells every slot and switch out, as JSON too', async () => {
    const recipe = JSON.parse(
      await expand(temporaryDirectory(), '--json', '--method', 'rigl', '--set', 'regrow=random'),
    );
    expect(recipe).toMatchObject({
      method: { use: 'rigl' },
      allocate: { use: 'erk', power: 1 },
      trigger: { use: 'step-interval', updateEnd: 0.75 },
      regrow: { use: 'random' },
      hook: null,
      slots: { use: 'zero' },
    });
    expect(recipe).not.toHaveProperty('imposedDensity');
  });

  it('says where the method sets the density', async () => {
    expect(await expand(temporaryDirectory(), '--method', 'dense')).toMatch(
      /^# The method sets the density to 1, whatever the run file says\.\nmethod: \{ use: dense \}\n/,
    );
  });

  it('refuses what train refuses', async () => {
    const directory = temporaryDirectory();
    const message = await refusal(directory, espalierHere(directory, 'expand', '--set', 'regrow=gradiant'));
    expect(message).toContain('There is no regrow strategy "gradiant". Did you mean "gradient"?');
    writeFiles(directory, { 'run.yaml': 'train: { epochs: 0 }' });
    const ofFile = await refusal(directory, espalierHere(directory, 'expand', 'run.yaml'));
    expect(ofFile).toContain('run.yaml: train.epochs must be at least 1');
  });
});
