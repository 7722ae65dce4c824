import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/cli/strategies/entries.js';
import { everyPlugin } from '../../src/plugins/every-plugin.js';
import { espalierHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

const THIRD_PARTY = {
  'momentum.js': `export default {
    name: '@acme/espalier-plugin-momentum', api: 1,
    strategies: [{
      slot: 'regrow', name: 'acme/momentum', defaults: { decay: 0.9, of: null },
      provider: { useFactory: () => ({ propose: () => ({}) }) },
      about: { summary: 'Where momentum is large.', options: { decay: 'of the moving mean' }, paper: 'Acme, 2026' },
    }],
  };`,
};

async function listed(directory: string, ...flags: string[]): Promise<readonly Entry[]> {
  const { code, stdout } = await espalierHere(directory, 'strategies', '--json', ...flags);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('espalier strategies', () => {
  it('lists everything that our plugins register, every option explained', async () => {
    const entries = await listed(temporaryDirectory());
    const registered = (await everyPlugin([], [])).flatMap(({ strategies = [], methods = [] }) => [
      ...methods.map(({ name }) => `method/${name}`),
      ...strategies.map(({ slot, name }) => `${slot}/${name}`),
    ]);
    expect(entries.map(({ slot, name }) => `${slot}/${name}`)).toEqual(registered);
    const silent = entries.flatMap(({ slot, name, summary, options }) =>
      [summary, ...options.map(({ meaning }) => meaning)].every(Boolean) ? [] : [`${slot}/${name}`],
    );
    expect(silent).toEqual([]);
  });

  it('gives options with their defaults', async () => {
    const [er, erk] = (await listed(temporaryDirectory(), '--slot', 'allocate')).filter(({ name }) =>
      name.startsWith('er'),
    );
    expect(er).toMatchObject({ slot: 'allocate', plugin: '@espalier/plugin-standard', options: [] });
    expect(erk?.options).toMatchObject([{ name: 'power', default: 1 }]);
    expect(erk?.paper).toContain('arXiv 1911.11134');
  });

  it('keeps to the slots that are asked for', async () => {
    const entries = await listed(temporaryDirectory(), '--slot', 'method', '--slot', 'drop');
    expect(new Set(entries.map(({ slot }) => slot))).toEqual(new Set(['method', 'drop']));
  });

  it('shows them by slot within 80 columns', async () => {
    const { code, stdout } = await espalierHere(temporaryDirectory(), 'strategies');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^regrow: where they regrow\n\n {2}random\n {6}Candidates drawn uniformly\.$/m);
    expect(stdout).toMatch(/^structure: .*\n\n {2}n-m\n/m);
    expect(stdout).toMatch(/^ {6}updateEnd: 0\.75 {11}fraction of the run after which/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("lists a third party's plugin, and says whose it is", async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, THIRD_PARTY);
    const flags = ['--plugin', './momentum.js', '--slot', 'regrow'];
    const { stdout } = await espalierHere(directory, 'strategies', ...flags);
    expect(stdout).toContain(
      [
        '  acme/momentum  from @acme/espalier-plugin-momentum',
        '      Where momentum is large.',
        '      decay: 0.9                of the moving mean',
        '      of: null',
        '      Paper: Acme, 2026\n',
      ].join('\n'),
    );
  });

  it('says what runs on an engine, and what is missing for the others', async () => {
    const flags = ['--engine', 'sparse', '--slot', 'method', '--slot', 'regrow'];
    const entries = await listed(temporaryDirectory(), ...flags);
    const of = (slot: string, name: string) =>
      entries.find((entry) => entry.slot === slot && entry.name === name);
    expect(of('method', 'rigl')).toMatchObject({ needs: ['gradient'], on: { engine: 'sparse', runs: true } });
    expect(of('method', 'set')).toMatchObject({ needs: [], on: { runs: true, missing: [] } });
    for (const { needs, on } of entries) {
      expect(on?.runs).toBe(on?.missing.length === 0);
      expect(needs).toEqual(expect.arrayContaining([...(on?.missing ?? [])]));
    }
    expect(of('method', 'top-kast')?.on).toMatchObject({ missing: ['weight'], with: 'denseState: allow' });
    const { stdout } = await espalierHere(temporaryDirectory(), 'strategies', ...flags);
    expect(stdout).toMatch(/^ {6}Runs on sparse: reads gradient\.$/m);
    expect(stdout).toMatch(/^ {6}Runs on sparse with denseState: allow: reads denseMomentum\.$/m);
  });

  it('refuses an engine that does not exist', async () => {
    const directory = temporaryDirectory();
    const message = await refusal(directory, espalierHere(directory, 'strategies', '--engine', 'spars'));
    expect(message).toMatch(/UNKNOWN_ENGINE\] There is no engine "spars"\. Did you mean "sparse"/);
  });

  it('refuses a slot that does not exist', async () => {
    const directory = temporaryDirectory();
    const message = await refusal(directory, espalierHere(directory, 'strategies', '--slot', 'regro'));
    expect(message).toMatch(/INVALID_OPTION\] --slot regro: there is no such slot\. Did you mean "regrow"\?/);
  });

  it('refuses plugins that are missing, or do not go together', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, THIRD_PARTY);
    const list = (...flags: string[]) => refusal(directory, espalierHere(directory, 'strategies', ...flags));
    expect(await list('--plugin', '@acme/nope')).toContain('[ESPALIER_PLUGIN_NOT_FOUND]');
    const twice = await list('--plugin', './momentum.js', '--plugin', './momentum.js');
    expect(twice).toContain('[ESPALIER_DUPLICATE]');
  });
});
