import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLayer, type LayerDescription } from '@espalier/core';
import { readTopology } from '@espalier/runs';
import { createTrainer } from 'espalier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TopologyComparison } from '../../src/cli/topology/compare-topologies.js';
import { countFans } from '../../src/cli/topology/fans.js';
import type { LayerStatistics, TopologyStatistics } from '../../src/cli/topology/measure-topology.js';
import { SMALL } from '../support/configs.js';
import { espalierHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory } from '../support/temporary.js';

/** Holds the runs `rigl`, with an update after each of ten steps, and `dense`. */
const folder = mkdtempSync(join(tmpdir(), 'espalier-topology-'));

beforeAll(async () => {
  for (const method of ['rigl', 'dense']) {
    const trainer = await createTrainer({ ...SMALL, method, out: join(folder, method) });
    await trainer.run();
    await trainer.dispose();
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

async function show(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await espalierHere(folder, 'topology', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const measure = async (...args: string[]): Promise<TopologyStatistics> =>
  JSON.parse(await show('rigl', '--json', ...args));

/** A copy of the run `rigl`, a file of which is then changed. */
function damaged(name: string, change: (bytes: Buffer) => Uint8Array): string {
  const directory = temporaryDirectory();
  cpSync(join(folder, 'rigl'), join(directory, 'run'), { recursive: true });
  const file = join(directory, 'run', name);
  writeFileSync(file, change(readFileSync(file)));
  return directory;
}

describe('espalier topology', () => {
  it('shows the last update where none is asked for', async () => {
    const log = readTopology(join(folder, 'rigl/topology.bin'));
    const last = await measure();
    expect(last).toMatchObject({ update: log.updates, updates: log.updates, step: [...log].at(-1)!.step });
    expect(last.layers.map(({ active }) => active)).toEqual(log.at(log.updates).map(({ length }) => length));
    expect(await measure('--update', `${log.updates}`)).toEqual(last);
  });

  it('shows the start as update 0', async () => {
    const { update, step, layers } = await measure('--update', '0');
    expect({ update, step }).toEqual({ update: 0, step: null });
    for (const layer of layers) {
      expect(layer).toMatchObject({ pruned: 0, grown: 0, start: { survival: 1, jaccard: 1, hamming: 0 } });
    }
  });

  it('prints positions, whose statistics are those it prints', async () => {
    const log = readTopology(join(folder, 'rigl/topology.bin'));
    const printed = JSON.parse(await show('rigl', '--update', '4', '--positions'));
    const start = log.at(0);
    const before = log.at(3);
    const now = log.at(4);
    const { layers, ...rest } = await measure('--update', '4');
    expect(printed).toEqual({
      ...rest,
      layers: layers.map((layer, i) => ({ ...layer, positions: [...now[i]!] })),
    });
    for (const [i, layer] of layers.entries()) {
      const positions: number[] = printed.layers[i].positions;
      const [, units] = layer.shape as [number, number];
      const into = Array.from(
        { length: units },
        (_, unit) => positions.filter((p) => p % units === unit).length,
      );
      const used = new Set(positions.map((p) => Math.floor(p / units)));
      const common = positions.filter((p) => start[i]!.includes(p)).length;
      expect(layer).toMatchObject({
        active: positions.length,
        density: positions.length / layer.size,
        fanIn: { min: Math.min(...into), mean: positions.length / units, max: Math.max(...into) },
        unitsWithoutInput: into.filter((n) => n === 0).length,
        inputsWithoutOutput: layer.shape[0]! - used.size,
        start: { intersection: common, survival: common / start[i]!.length },
        grown: positions.filter((p) => !before[i]!.includes(p)).length,
        pruned: [...before[i]!].filter((p) => !positions.includes(p)).length,
      });
    }
  });

  it('keeps to the layers that globs name', async () => {
    const names = async (...globs: string[]) =>
      (await measure(...globs.flatMap((glob) => ['--layer', glob]))).layers.map(({ name }) => name);
    expect(await names('dense_2')).toEqual(['dense_2/kernel']);
    expect(await names('*/kernel')).toEqual(['dense_1/kernel', 'dense_2/kernel']);
    expect(await names('dense_2/kernel', 'dense_1')).toEqual(['dense_1/kernel', 'dense_2/kernel']);
  });

  it('shows a table within 80 columns', async () => {
    const text = await show('rigl', '--update', '2');
    expect(text).toMatch(/^rigl after update 2 of 10, step 2\n156 of 624 weights active \(25\.00 %\)\n\n/);
    expect(text).toMatch(/^layer +active +density +fan-in +empty +unused +kept +changed$/m);
    expect(text).toMatch(
      /^dense_1\/kernel +\d+ +\d+\.\d\d % +\d+ \d\.\d \d+ +\d+ +\d+ +\d+\.\d % +-\d+ \+\d+$/m,
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says where a run has no updates', async () => {
    expect(await show('dense')).toMatch(/^dense at the start\n624 of 624 weights active \(100\.00 %\)\n/);
  });

  it('reads what a run that was cut off left behind', async () => {
    const directory = damaged('topology.bin', (bytes) => bytes.subarray(0, bytes.length - 20));
    rmSync(join(directory, 'run/summary.json'));
    const { code, stdout } = await espalierHere(directory, 'topology', 'run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run after update 9 of 9, /);
    expect(stdout).toContain('\nThe run was cut off or goes on: later updates may be missing.\n');
  });
});

describe('espalier topology refuses', () => {
  const refused = (directory: string, ...args: string[]) =>
    refusal(directory, espalierHere(directory, 'topology', ...args));

  it.each(['-1', '11', '1.5', 'last', '', '1e1', '0x2'])('the update "%s"', async (update) => {
    expect(await refused(folder, 'rigl', '--update', update)).toContain(
      `[ESPALIER_INVALID_OPTION] --update ${update}: give 0 for the start, or 1 to 10, the updates of this run.`,
    );
  });

  it('any update of a run that has none', async () => {
    expect(await refused(folder, 'dense', '--update', '1')).toContain(
      '--update 1: give 0 for the start; the run has no updates.',
    );
  });

  it('a glob that matches no layer', async () => {
    expect(await refused(folder, 'rigl', '--layer', 'dense_7')).toMatch(
      /UNKNOWN_LAYER\] --layer: "dense_7" matches no layer\..* Known: dense_1\/kernel, dense_2\/kernel\./,
    );
  });

  it('what is no run directory', async () => {
    expect(await refused(folder, 'nope')).toContain(
      '[ESPALIER_UNREADABLE_FILE] nope: there is no such directory',
    );
    expect(await refused(folder, '.')).toContain(
      'it holds no run: there is no run.yaml; there are runs in it: dense rigl',
    );
  });

  it.each<[string, string, (bytes: Buffer) => Uint8Array, RegExp]>([
    ['a truncated log', 'topology.bin', (bytes) => bytes.subarray(0, 40), /topology\.bin: it ends before/],
    ['an empty log', 'topology.bin', () => Buffer.alloc(0), /topology\.bin: /],
    ['a damaged log', 'topology.bin', (bytes) => bytes.fill(7, 60, 70), /topology\.bin: /],
    ['another format', 'topology.bin', (bytes) => bytes.fill(9, 8, 9), /topology\.bin: .*version 9/],
    [
      'another version',
      'summary.json',
      () => Buffer.from('{"version":"7.0.0"}'),
      /written by Espalier 7\.0\.0/,
    ],
  ])('%s', async (_what, name, change, message) => {
    const directory = damaged(name, change);
    const text = await refused(directory, 'run');
    expect(text).toContain('[ESPALIER_UNREADABLE_FILE] ');
    expect(text).toMatch(message);
  });

  it('a damaged configuration', async () => {
    const directory = damaged('run.yaml', () => Buffer.from('method: [rigl'));
    expect(await refused(directory, 'run')).toContain('[ESPALIER_INVALID_CONFIG] run/run.yaml, line 1');
  });
});

describe('espalier topology of two runs', () => {
  const compare = async (...args: string[]): Promise<TopologyComparison> =>
    JSON.parse(await show('rigl', 'other', '--json', ...args));

  beforeAll(async () => {
    const trainer = await createTrainer({ ...SMALL, method: 'set', seed: 5, out: join(folder, 'other') });
    await trainer.run();
    await trainer.dispose();
  });

  it('compares them layer by layer, and all together', async () => {
    const [a, b] = ['rigl', 'other'].map((name) => {
      const log = readTopology(join(folder, name, 'topology.bin'));
      return log.at(log.updates).map((positions) => new Set(positions));
    }) as [Set<number>[], Set<number>[]];
    const { layers, all } = await compare();
    for (const [i, layer] of layers.entries()) {
      const shared = [...a[i]!].filter((position) => b[i]!.has(position)).length;
      const smaller = Math.min(a[i]!.size, b[i]!.size);
      expect(layer).toMatchObject({ active: [a[i]!.size, b[i]!.size], intersection: shared });
      expect(layer.overlap).toBeCloseTo(shared / smaller, 12);
      expect(layer.hamming).toBe(a[i]!.size + b[i]!.size - 2 * shared);
    }
    expect(all.intersection).toBe(layers.reduce((sum, { intersection }) => sum + intersection, 0));
    expect(all.overlap).toBeLessThan(1);
    expect(all.chance).toBeLessThan(1);
  });

  it('finds a run equal to itself, and takes layers and updates', async () => {
    const itself = JSON.parse(await show('rigl', 'rigl', '--json', '--update', '2', '--layer', 'dense_1'));
    expect(itself).toMatchObject({ updates: [2, 2], shareDistance: 0, all: { overlap: 1, hamming: 0 } });
    expect(itself.layers.map(({ name }: { name: string }) => name)).toEqual(['dense_1/kernel']);
  });

  it('shows a table within 80 columns', async () => {
    const lines = (await show('rigl', 'other')).split('\n');
    expect(lines[0]).toMatch(/^rigl after update \d+$/);
    expect(lines.some((line) => line.startsWith('all '))).toBe(true);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('refuses other networks, more runs, and positions', async () => {
    const trainer = await createTrainer({
      ...SMALL,
      architecture: { use: 'mlp', layers: [36, 5, 3] },
      out: join(folder, 'small'),
    });
    await trainer.run();
    await trainer.dispose();
    const refused = async (...args: string[]) =>
      (await espalierHere(folder, 'topology', 'rigl', ...args)).stderr;
    expect(await refused('small')).toContain('[ESPALIER_RUNS_DIFFER] rigl has the sparse layers ');
    expect(await refused('rigl', 'rigl')).toContain('[ESPALIER_INVALID_OPTION] 3 directories');
    expect(await refused('other', '--positions')).toContain('[ESPALIER_INVALID_OPTION] --positions');
  });
});

describe('fans', () => {
  const fans = (description: Omit<LayerDescription, 'name'>, positions: number[]) =>
    countFans(describeLayer({ name: 'layer', ...description }, 0), Uint32Array.from(positions));

  it('count kernel positions of convolutions by unit', () => {
    // [2, 1, 2, 3]: unit = p % 3, input = (p / 3) % 2
    expect(fans({ kind: 'convolution', shape: [2, 1, 2, 3] }, [0, 6, 7])).toEqual({
      fanIn: { min: 0, mean: 1, max: 2 },
      unitsWithoutInput: 1,
      inputsWithoutOutput: 1,
    });
  });

  it('count depthwise units, of which each input has its own', () => {
    // [1, 2, 2, 2]: unit = p % 4, input = (p / 2) % 2
    expect(fans({ kind: 'depthwise', shape: [1, 2, 2, 2] }, [0, 4, 1])).toEqual({
      fanIn: { min: 0, mean: 0.75, max: 2 },
      unitsWithoutInput: 2,
      inputsWithoutOutput: 1,
    });
  });
});

it('leaves out what it can not tell of a network that came from code', async () => {
  const directory = temporaryDirectory();
  const trainer = await createTrainer({
    ...SMALL,
    method: 'static',
    architecture: {
      name: 'own',
      inputShape: [6, 6, 1],
      nodes: [
        { kind: 'conv2d', name: 'conv', filters: 2, kernelSize: [3, 3] },
        { kind: 'flatten', name: 'flat' },
        { kind: 'dense', name: 'out', units: 3 },
      ],
    },
    out: join(directory, 'own'),
  });
  await trainer.run();
  await trainer.dispose();
  const { stdout } = await espalierHere(directory, 'topology', 'own', '--json');
  const [conv, out] = JSON.parse(stdout).layers as [LayerStatistics, LayerStatistics];
  expect(conv).not.toHaveProperty('fanIn');
  expect(out.fanIn?.mean).toBe(out.active / 3);
  const shown = await espalierHere(directory, 'topology', 'own');
  expect(shown.stdout).toMatch(/^conv\/kernel +\d+ +\S+ % +\? +\? +\? /m);
});
