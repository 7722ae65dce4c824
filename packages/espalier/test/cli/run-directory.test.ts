import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents, readModel, readSummary, readTopology } from '@espalier/runs';
import { isMetric, isTopologyUpdate, VERSION } from 'espalier';
import { describe, expect, it } from 'vitest';
import { train } from '../support/command.js';
import { espalierHere, trainHere } from '../support/in-process.js';
import { temporaryDirectory } from '../support/temporary.js';

/** What two runs of the same configuration have in common, byte for byte. */
const REPEATABLE = ['events.jsonl', 'model.safetensors', 'run.yaml', 'topology.bin'];
const FILES = [...REPEATABLE, 'summary.json'];

describe('a run directory', () => {
  it.each(['dense', 'static', 'set', 'set/paper', 'rigl', 'ggr'])('is written by %s', async (method) => {
    const directory = temporaryDirectory();
    const { code, stdout, stderr } = await trainHere(directory, '--method', method, '--out', 'run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Done: test accuracy \d+\.\d\d %, [\d,]+ non-zeros, \d+ topology updates?, /m);
    expect(readdirSync(join(directory, 'run'))).toEqual(expect.arrayContaining(FILES));

    const summary = readSummary(join(directory, 'run/summary.json'));
    const size = 784 * 20 + 20 * 10;
    const budget = method === 'dense' ? size : size / 10;
    const updates = { dense: 0, static: 0, set: 1, 'set/paper': 1 }[method] ?? 10;
    expect(summary).toMatchObject({
      version: VERSION,
      outcome: 'completed',
      method,
      recipe: expect.objectContaining({ method }),
      engine: { name: 'reference', backend: 'float64', threads: 1 },
      architecture: { use: 'mlp', layers: [784, 20, 10] },
      data: { use: 'synthetic', train: 200, test: 50 },
      seed: 0,
      density: { requested: method === 'dense' ? 1 : 0.1, actual: budget / size },
      budget,
      layers: [
        expect.objectContaining({ name: 'dense_1/kernel', shape: [784, 20], size: 784 * 20 }),
        expect.objectContaining({ name: 'dense_2/kernel', shape: [20, 10], size: 200 }),
      ],
      steps: 14,
      topologyUpdates: updates,
      metrics: { test: { accuracy: expect.any(Number), loss: expect.any(Number) } },
      seconds: {
        total: expect.any(Number),
        stepMedian: expect.anything(),
        topologyUpdateMedian: updates > 0 ? expect.any(Number) : null,
      },
      peakRssBytes: expect.any(Number),
    });
    const total = (key: 'nonZerosStart' | 'nonZerosEnd') =>
      summary.layers.reduce((sum, layer) => sum + layer[key], 0);
    expect([total('nonZerosStart'), total('nonZerosEnd')]).toEqual([budget, budget]);

    const events = [...readEvents(join(directory, 'run/events.jsonl'))];
    expect(events.filter(isTopologyUpdate)).toHaveLength(updates);
    for (const update of events.filter(isTopologyUpdate)) {
      expect(update.layers.reduce((sum, layer) => sum + layer.nonZerosAfter, 0)).toBe(update.budget);
      expect(update.budget).toBe(budget);
    }
    expect(events.at(-1)).toMatchObject({ type: 'run:end', outcome: 'completed' });
  });

  it('holds what observers of the run file and of --observe measured', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'run.yaml'), 'method: rigl\nobservers: [exploration]\n');
    const observe = ['--observe', 'flops', '--observe', 'gradient-flow'];
    expect(await trainHere(directory, 'run.yaml', '--out', 'run', ...observe)).toMatchObject({ code: 0 });
    const { measured } = readSummary(join(directory, 'run/summary.json'));
    expect(Object.keys(measured!).sort()).toEqual(['exploration', 'flops', 'gradient-flow']);
    expect(measured!.flops!['inference-share']).toBeCloseTo(0.1, 2);
    const metrics = [...readEvents(join(directory, 'run/events.jsonl'))].filter(isMetric);
    expect(metrics.findLast(({ name }) => name === 'rate')?.value).toBe(measured!.exploration!.rate);
  });

  it("holds the topology of every moment, the last of which is the model's", async () => {
    const directory = temporaryDirectory();
    await trainHere(directory, '--out', 'run', '--set', 'trigger.updateInterval=2');
    const log = readTopology(join(directory, 'run/topology.bin'));
    expect(log.complete).toBe(true);
    expect(log.updates).toBe(5);
    const { parameters } = readModel(join(directory, 'run/model.safetensors')).state;
    const last = log.at(log.updates);
    for (const [i, { name }] of log.layers.entries()) {
      expect(parameters[name]?.positions).toEqual(last[i]);
    }
    const summary = readSummary(join(directory, 'run/summary.json'));
    expect(last.map(({ length }) => length)).toEqual(summary.layers.map(({ nonZerosEnd }) => nonZerosEnd));
    expect(log.at(0).map(({ length }) => length)).toEqual(
      summary.layers.map(({ nonZerosStart }) => nonZerosStart),
    );
  });

  it.each(['reference', 'tfjs', 'sparse'])(
    'has equal bytes for equal seeds on %s, others for another',
    async (engine) => {
      const directory = temporaryDirectory();
      const flags = (out: string, seed: string) => ['--engine', engine, '--out', out, '--seed', seed];
      await Promise.all(['a', 'b'].map((out) => train(directory, ...flags(out, '7'))));
      await trainHere(directory, ...flags('c', '8'));
      const bytes = (out: string, name: string) => readFileSync(join(directory, out, name));
      for (const name of REPEATABLE) {
        expect(bytes('a', name).equals(bytes('b', name)), name).toBe(true);
        expect(bytes('a', name).equals(bytes('c', name)), name).toBe(false);
      }
    },
  );

  it('is made again by the run.yaml that it holds', async () => {
    const directory = temporaryDirectory();
    await trainHere(
      directory,
      '--out',
      'first',
      '--method',
      'rigl',
      '--set',
      'regrow=random',
      '--sparsity',
      '0.95',
    );
    const { code } = await espalierHere(directory, 'train', 'first/run.yaml', '--out', 'second');
    expect(code).toBe(0);
    for (const name of REPEATABLE) {
      expect(
        readFileSync(join(directory, 'first', name)).equals(readFileSync(join(directory, 'second', name))),
        name,
      ).toBe(true);
    }
  });

  it('says no path, host or time in the files that repeat', async () => {
    const directory = temporaryDirectory();
    await trainHere(directory, '--out', 'run');
    for (const name of REPEATABLE) {
      const text = readFileSync(join(directory, 'run', name), 'latin1');
      expect(text).not.toContain(directory);
      expect(text).not.toContain(String(new Date().getFullYear()));
    }
  });
});

describe('the output directory', () => {
  it('has a name that says what the run is, numbered where that is taken', async () => {
    const directory = temporaryDirectory();
    const flags = ['--method', 'set/paper', '--sparsity', '0.98', '--seed', '3'];
    await trainHere(directory, ...flags);
    await trainHere(directory, ...flags);
    const name = 'set-paper-mlp-d0.02-seed3';
    expect(readdirSync(join(directory, 'runs')).sort()).toEqual([name, `${name}-2`]);
  });

  it('is replaced with --force only', async () => {
    const directory = temporaryDirectory();
    await trainHere(directory, '--out', 'run');
    const before = readFileSync(join(directory, 'run/model.safetensors'));
    const refused = await trainHere(directory, '--out', 'run', '--seed', '1');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      '[ESPALIER_OUTPUT_EXISTS] run holds a run already. Replace it with --force',
    );
    expect(readFileSync(join(directory, 'run/model.safetensors')).equals(before)).toBe(true);
    expect((await trainHere(directory, '--out', 'run', '--seed', '1', '--force')).code).toBe(0);
    expect(readFileSync(join(directory, 'run/model.safetensors')).equals(before)).toBe(false);
  });
});

describe('--json', () => {
  it('prints the summary and nothing else', async () => {
    const directory = temporaryDirectory();
    const { code, stdout, stderr } = await train(directory, '--json', '--out', 'run');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(readFileSync(join(directory, 'run/summary.json'), 'utf8'));
  });
});
