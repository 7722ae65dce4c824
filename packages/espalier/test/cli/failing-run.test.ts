import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents, readSummary, readTopology } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { trainHere } from '../support/in-process.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

/** A plugin file with one strategy, whose factory is given. */
const plugin = (slot: string, factory: string) => `import { definePlugin, strategy } from 'espalier';
export default definePlugin({ name: '@acme/odd', api: 1, strategies: [
  strategy('${slot}', 'acme/odd', {}, { useFactory: ${factory} }, { summary: 'Odd.' }),
] });`;

const run = (directory: string, slot: string, ...flags: string[]) =>
  trainHere(directory, '--plugin', './odd.ts', '--set', `${slot}=acme/odd`, '--out', 'run', ...flags);

describe('a plugin that is wrong from the start', () => {
  it.each<[string, string, RegExp]>([
    [
      'of another api',
      'export default { name: "@acme/odd", api: 7 }',
      /INVALID_PLUGIN\] The plugin "@acme\/odd" was written for api 7; this version of Espalier has api 1/,
    ],
    [
      'without default export',
      'export const plugin = {}',
      /INVALID_PLUGIN\] The module "\.\/odd\.ts" has no default export/,
    ],
    [
      'that is none',
      'export default () => 1',
      /INVALID_PLUGIN\] The default export of "\.\/odd\.ts" is no plugin/,
    ],
    [
      'that throws',
      'throw new Error("no luck")',
      /PLUGIN_NOT_FOUND\] The plugin "\.\/odd\.ts" could not be loaded: no luck/,
    ],
    [
      'that imports what is not there',
      'import "left-pad"',
      /PLUGIN_NOT_FOUND\] The plugin "\.\/odd\.ts" could not be loaded: .*left-pad/,
    ],
    [
      'that takes a name of ours',
      plugin('regrow', '() => ({})').replace("'acme/odd'", "'random'"),
      /DUPLICATE\] @acme\/odd registers the regrow strategy "random", which @espalier\/plugin-standard registers already/,
    ],
    [
      'whose factory throws',
      plugin('regrow', '() => { throw new Error("no luck"); }'),
      /STRATEGY_THREW\] regrow "acme\/odd" of @acme\/odd could not be made: no luck/,
    ],
    [
      'that needs a signal of no engine',
      plugin('regrow', '() => ({ needs: ["hessian"], propose() {} })'),
      /ENGINE_REFUSES\] regrow "acme\/odd" reads the signal "hessian", which the engine "reference" does not supply; it supplies gradient/,
    ],
  ])('%s leaves nothing behind', async (_what, code, message) => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'odd.ts': code });
    const { code: exitCode, stdout, stderr } = await run(directory, 'regrow');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(directory)).toEqual(['odd.ts']);
  });
});

describe('a plugin that goes wrong during the run', () => {
  it.each<[string, string, string, string]>([
    [
      'throws',
      'regrow',
      '() => ({ propose() { throw new Error("boom"); } })',
      '[ESPALIER_STRATEGY_THREW] regrow "acme/odd" of @acme/odd in layer "dense_1/kernel" at step 1 threw: boom',
    ],
    [
      'scores NaN',
      'prune',
      '() => ({ score: ({ active }) => new Float32Array(active.length).fill(NaN) })',
      '[ESPALIER_STRATEGY_RESULT] prune "acme/odd" of @acme/odd in layer "dense_1/kernel" at step 1 scored the weight at position ',
    ],
    [
      'returns too few',
      'prune',
      '() => ({ score: () => new Float32Array(2) })',
      '[ESPALIER_STRATEGY_RESULT] prune "acme/odd" of @acme/odd in layer "dense_1/kernel" at step 1 returned 2 scores for ',
    ],
    [
      'gives more than there is room for',
      'redistribute',
      '() => ({ distribute: (sites) => sites.map(({ room }) => room + 1) })',
      '[ESPALIER_STRATEGY_RESULT] redistribute "acme/odd" of @acme/odd in layer "dense_1/kernel" at step 1 gave ',
    ],
    [
      'reads what it does not declare',
      'prune',
      '() => ({ score: (layer) => layer.signal("gradient", layer.active) })',
      '[ESPALIER_UNDECLARED_SIGNAL] prune "acme/odd" of @acme/odd reads the signal "gradient", but its needs are []',
    ],
  ])('%s is named, and the log is complete until then', async (_what, slot, factory, message) => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'odd.ts': plugin(slot, factory) });
    const { code, stdout, stderr } = await run(directory, slot);
    expect(code).toBe(1);
    expect(stdout).not.toContain('Done');
    expect(stderr).toMatch(/^The run failed at step 1; run holds its log until then\.\nespalier: /);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(2);

    expect(readdirSync(join(directory, 'run')).sort()).toEqual([
      'events.jsonl',
      'run.yaml',
      'summary.json',
      'topology.bin',
    ]);
    expect(readSummary(join(directory, 'run/summary.json'))).toMatchObject({
      outcome: 'failed',
      steps: 2,
      topologyUpdates: 0,
    });
    const events = [...readEvents(join(directory, 'run/events.jsonl'))];
    expect(events.at(-1)).toMatchObject({ type: 'step', step: 1 });
    const log = readTopology(join(directory, 'run/topology.bin'));
    expect({ complete: log.complete, updates: log.updates }).toEqual({ complete: true, updates: 0 });
  });
});

describe('a loss that becomes NaN', () => {
  it('ends the run with the step and the remedy', async () => {
    const directory = temporaryDirectory();
    const flags = ['--engine', 'tfjs', '--backend', 'wasm', '--learning-rate', '1e20', '--out', 'run'];
    const { code, stdout, stderr } = await trainHere(directory, ...flags);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The run failed at step \d+; run holds its log until then\.\nespalier: \[ESPALIER_NOT_FINITE\] At step \d+ the loss is NaN\..* learning rate/,
    );
    expect(stdout).not.toContain('NaN');
    const { outcome, steps } = readSummary(join(directory, 'run/summary.json'));
    expect(outcome).toBe('failed');
    expect(
      [...readEvents(join(directory, 'run/events.jsonl'))].filter(({ type }) => type === 'step'),
    ).toHaveLength(steps);
  });
});
