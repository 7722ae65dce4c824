import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  loadConfigFile,
  parseConfig,
  RunDirectory,
  readEvents,
  readModel,
  readTopology,
  SummaryCollector,
} from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { RUN_START, runEnd } from './events.js';
import { temporaryDirectory } from './temporary.js';

const CONFIG = parseConfig(
  { seed: 4, method: 'rigl', regrow: ['gradient', { use: 'random', share: 0.1 }], out: 'somewhere/else' },
  'test',
);

/** A finished run. */
function run(path: string, options?: { force: boolean }): RunDirectory {
  const directory = RunDirectory.create(path, options);
  directory.writeConfig(CONFIG);
  const events = directory.createEvents();
  const topology = directory.createTopology([{ name: 'w', shape: [3], size: 3 }]);
  topology.start([Uint32Array.of(1)]);
  const summary = new SummaryCollector({ version: '0', architecture: { use: 'a' }, data: { use: 'd' } });
  for (const event of [RUN_START, runEnd('completed')]) {
    events.observe(event);
    summary.observe(event);
  }
  events.close();
  topology.close();
  directory.writeModel({ parameters: { b: { shape: [1], data: Float32Array.of(2) } }, slots: {} });
  directory.writeSummary(summary.summary()!);
  directory.writeReport('<!doctype html>');
  return directory;
}

describe('RunDirectory', () => {
  it('holds a run in files that can be read back', () => {
    const path = join(temporaryDirectory(), 'a', 'b');
    const directory = run(path);
    expect(readdirSync(path).sort()).toEqual([
      'events.jsonl',
      'model.safetensors',
      'report.html',
      'run.yaml',
      'summary.json',
      'topology.bin',
    ]);
    expect(readEvents(directory.file('events'))).toHaveLength(2);
    expect(readTopology(directory.file('topology')).complete).toBe(true);
    expect(readModel(directory.file('model')).state.parameters.b?.data).toEqual(Float32Array.of(2));
  });

  it('keeps the whole configuration, but not where it lies', () => {
    const directory = run(join(temporaryDirectory(), 'run'));
    const { out: _, ...rest } = CONFIG;
    expect(parseConfig(loadConfigFile(directory.file('config')), 'again')).toEqual(rest);
    expect(readFileSync(directory.file('config'), 'utf8')).not.toContain('somewhere');
  });

  it('writes the same bytes for the same run', () => {
    const [a, b] = [run(join(temporaryDirectory(), 'a')), run(join(temporaryDirectory(), 'b'))];
    for (const name of ['config', 'events', 'topology', 'model'] as const) {
      expect(readFileSync(b.file(name))).toEqual(readFileSync(a.file(name)));
    }
  });

  it('refuses a directory that holds a run, unless forced', () => {
    const path = join(temporaryDirectory(), 'run');
    run(path);
    expect(() => RunDirectory.create(path)).toThrow(/ESPALIER_OUTPUT_EXISTS.*--force/);
    writeFileSync(join(path, 'notes.txt'), 'mine');
    writeFileSync(join(path, 'model.safetensors.partial'), 'half');
    RunDirectory.create(path, { force: true });
    expect(readdirSync(path)).toEqual(['notes.txt']);
  });

  it('can be forced again where an attempt stopped early', () => {
    const path = join(temporaryDirectory(), 'run');
    RunDirectory.create(path).writeConfig(CONFIG);
    expect(existsSync(run(path, { force: true }).file('summary'))).toBe(true);
  });

  it('never touches a directory that holds something else, forced or not', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'run.yaml'), 'seed: 1\n');
    writeFileSync(join(path, 'summary.json'), '{}');
    for (const force of [false, true]) {
      expect(() => RunDirectory.create(path, { force })).toThrow(/ESPALIER_OUTPUT_EXISTS.*holds no run/);
    }
    expect(readFileSync(join(path, 'run.yaml'), 'utf8')).toBe('seed: 1\n');
  });

  it('takes an empty directory', () => {
    const path = join(temporaryDirectory(), 'empty');
    mkdirSync(path);
    expect(RunDirectory.create(path).path).toBe(path);
  });

  it('says where it can not be made', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(() => RunDirectory.create(join(file, 'run'))).toThrow(/ESPALIER_OUTPUT_UNWRITABLE.*file/);
    expect(() => RunDirectory.create(file)).toThrow('ESPALIER_OUTPUT_UNWRITABLE');
  });
});

it('is refused at once where directories can not be made', () => {
  // In /proc the platform's own recursion would never come back.
  const nowhere = existsSync('/proc/self') ? '/proc/espalier/run' : join(temporaryDirectory(), '\0');
  expect(() => RunDirectory.create(nowhere)).toThrow(/ESPALIER_OUTPUT_UNWRITABLE/);
});
