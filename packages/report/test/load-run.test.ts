import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { loadRun } from '@espalier/report';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from './support/temporary.js';
import { LAYERS, UPDATES, writeRun } from './support/write-run.js';

/** A run with updates, and what is done to it before it is read. */
function damagedBy(damage: (path: string) => void): string {
  const path = writeRun(join(temporaryDirectory(), 'run'), { updates: UPDATES });
  damage(path);
  return path;
}

describe('loadRun', () => {
  it('reads a run', () => {
    const path = writeRun(join(temporaryDirectory(), 'run'), { updates: UPDATES, warning: 'careful' });
    const run = loadRun(path);
    expect(run).toMatchObject({
      directory: path,
      totalSteps: 20,
      summary: { method: 'made', topologyUpdates: 2 },
      config: { method: { use: 'made' }, sparsity: { density: 0.5 } },
      warnings: [{ kind: 'test', message: 'careful' }],
      evaluations: [{ split: 'test', accuracy: 0.8 }],
    });
    expect(run.configText).toBe(readFileSync(join(path, 'run.yaml'), 'utf8'));
    expect(run.losses).toHaveLength(20);
    expect(run.layers.map(({ name }) => name)).toEqual(LAYERS.map(({ name }) => name));
  });

  it('measures survival, exploration and overlap by hand-countable numbers', () => {
    const { history } = loadRun(writeRun(join(temporaryDirectory(), 'run'), { updates: UPDATES }));
    expect(history.steps).toEqual([0, 4, 8]);
    expect(history.nonZeros).toEqual([
      [10, 5],
      [11, 4],
      [10, 5],
    ]);
    // Of 15 first connections 12 are left after the first update; the second takes two more and brings 0 back.
    expect(history.survival).toEqual([1, 12 / 15, 11 / 15]);
    // Of 30 positions 15 were active at first; 1, 3 and 5 came, then 8 and 9 of the second layer.
    expect(history.exploration).toEqual([15 / 30, 18 / 30, 20 / 30]);
    // 8 of 10 and 4 of 4 stayed; then 9 of 10 and 3 of 4.
    expect(history.overlap).toEqual([12 / 14, 12 / 14]);
  });

  it('reads a run that was stopped, and one that failed', () => {
    for (const outcome of ['stopped', 'failed'] as const) {
      const path = writeRun(join(temporaryDirectory(), 'run'), { outcome, updates: UPDATES });
      expect(loadRun(path).summary.outcome).toBe(outcome);
    }
  });

  it('takes the first start of a run that was continued', () => {
    const path = damagedBy((run) => {
      const events = readFileSync(join(run, 'events.jsonl'), 'utf8').split('\n');
      const again = JSON.stringify({ ...JSON.parse(events[0]!), step: 8, totalSteps: 999 });
      writeFileSync(
        join(run, 'events.jsonl'),
        [...events.slice(0, 10), again, ...events.slice(10)].join('\n'),
      );
    });
    expect(loadRun(path).totalSteps).toBe(20);
  });

  it('reads what a run without a finite loss wrote', () => {
    const path = damagedBy((run) => {
      const file = join(run, 'events.jsonl');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/"loss":1\.5,/, '"loss":null,'));
    });
    expect(loadRun(path).losses.filter(({ loss }) => loss === null)).toHaveLength(1);
  });
});

describe('loadRun refuses', () => {
  const other = (path: string) =>
    writeRun(`${path}-other`, {
      layers: [{ name: 'fc1/kernel', shape: [4, 5], active: [0, 1] }],
    });
  const edit = (file: string, change: (text: string) => string) => (path: string) =>
    writeFileSync(join(path, file), change(readFileSync(join(path, file), 'utf8')));

  it.each<[string, (path: string) => void, RegExp]>([
    ['a directory that is not there', (path) => rmSync(path, { recursive: true }), /no such directory/],
    ['a directory without a run', (path) => rmSync(join(path, 'run.yaml')), /holds no run.*run\.yaml/],
    ['a run that has not ended', (path) => rmSync(join(path, 'summary.json')), /not ended, or was cut off/],
    ['a missing event log', (path) => rmSync(join(path, 'events.jsonl')), /events\.jsonl/],
    ['a missing topology log', (path) => rmSync(join(path, 'topology.bin')), /topology\.bin/],
    ['an empty event log', edit('events.jsonl', () => ''), /events\.jsonl: it has no run:start event/],
    ['an event that is none', edit('events.jsonl', (text) => `${text}[]\n`), /events\.jsonl: line 26/],
    [
      'an event with a field of another type',
      edit('events.jsonl', (text) => text.replace('"accuracy":0.8', '"accuracy":"good"')),
      /line \d+ is no evaluation event: accuracy/,
    ],
    [
      'a start without layers',
      edit('events.jsonl', (text) => text.replace('"layers":[', '"levels":[')),
      /line 1 is no run:start event: layers/,
    ],
    ['half a summary', edit('summary.json', (text) => text.slice(0, 200)), /summary\.json/],
    [
      'a run of a later version',
      edit('summary.json', (text) => text.replace('"version": "0.1.0"', '"version": "7.2.0"')),
      /written by Espalier 7\.2\.0/,
    ],
    ['a damaged configuration', edit('run.yaml', () => 'seed: [1\n'), /run\.yaml, line/],
    ['a configuration with an unknown key', edit('run.yaml', (text) => `${text}colour: blue\n`), /"colour"/],
    [
      'a topology log that lost its last update',
      (path) =>
        truncateSync(join(path, 'topology.bin'), readFileSync(join(path, 'topology.bin')).length - 20),
      /topology\.bin: it holds 1 complete updates, and the summary counts 2/,
    ],
    [
      'a topology log that was overwritten',
      (path) => {
        const bytes = readFileSync(join(path, 'topology.bin'));
        bytes[40]! ^= 255;
        writeFileSync(join(path, 'topology.bin'), bytes);
      },
      /topology\.bin: .*damaged/,
    ],
    [
      'a topology log of another network',
      (path) => copyFileSync(join(other(path), 'topology.bin'), join(path, 'topology.bin')),
      /topology\.bin: its layers are not those/,
    ],
    [
      'an event log of another network',
      (path) => copyFileSync(join(other(path), 'events.jsonl'), join(path, 'events.jsonl')),
      /events\.jsonl: its layers are not those/,
    ],
    [
      'a topology log of another run of the same network',
      (path) => {
        const updates = [UPDATES[0]!, [UPDATES[1]![0]!, { pruned: [3], grown: [8] }]];
        const another = writeRun(`${path}-other`, { updates });
        copyFileSync(join(another, 'topology.bin'), join(path, 'topology.bin'));
      },
      /layer fc2\/kernel ends with 4 active weights, and the summary says 5/,
    ],
  ])('%s', (_, damage, message) => {
    const path = damagedBy(damage);
    expect(() => loadRun(path)).toThrow(message);
    expect(() => loadRun(path)).toThrow(/^\[ESPALIER_(UNREADABLE_FILE|INVALID_CONFIG)\]/);
  });

  it('a directory of runs, naming them', () => {
    const directory = temporaryDirectory();
    writeRun(join(directory, 'a'));
    writeRun(join(directory, 'b'));
    mkdirSync(join(directory, 'notes'));
    appendFileSync(join(directory, 'summary.json'), '[]');
    expect(() => loadRun(directory)).toThrow(`${join(directory, 'a')} ${join(directory, 'b')}`);
  });
});
