import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationEvent, TrainEvent } from '@espalier/core';
import { readSummary } from '@espalier/runs';
import { createTrainer, loadModel } from 'espalier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL } from '../support/configs.js';
import { espalierHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory } from '../support/temporary.js';

/** Holds the runs `reference` and `tfjs`, which kept their best weights. */
const folder = mkdtempSync(join(tmpdir(), 'espalier-evaluate-'));
const ENGINES = ['reference', 'tfjs'] as const;

// Dropout must be off while evaluating; normalisation has a state of its own, which must come back too.
const NETWORKS = {
  reference: { architecture: { use: 'mlp', layers: [36, 16, 3], dropout: 0.1 } },
  tfjs: {
    architecture: 'convnet-small',
    data: { use: 'synthetic', train: 64, test: 50, validation: 0.2 },
  },
};

beforeAll(async () => {
  for (const engine of ENGINES) {
    const trainer = await createTrainer({
      ...SMALL,
      engine,
      data: { ...SMALL.data, validation: 0.2 },
      optimizer: { use: 'sgd', learningRate: 0.8, schedule: 'constant' },
      train: { epochs: 4, best: {} },
      out: join(folder, engine),
      ...NETWORKS[engine],
    });
    await trainer.run();
    await trainer.dispose();
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

/** An IDX file of unsigned bytes. */
function idxBytes(sizes: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, data]);
}

const evaluate = (...args: string[]) => espalierHere(folder, 'evaluate', ...args);

function lastEvaluations(run: string): EvaluationEvent[] {
  const lines = readFileSync(join(folder, run, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const events: TrainEvent[] = lines.map((line) => JSON.parse(line));
  const evaluations = events.filter((event): event is EvaluationEvent => event.type === 'evaluation');
  return evaluations.filter(({ step }) => step === evaluations.at(-1)!.step);
}

describe('espalier evaluate', () => {
  it.each(ENGINES)("gives exactly a run's last evaluation again: %s", async (engine) => {
    const { code, stdout } = await evaluate(engine, '--json', '--split', 'validation', '--split', 'test');
    expect(code).toBe(0);
    const expected = lastEvaluations(engine).map(({ split, examples, loss, accuracy }) => ({
      split,
      examples,
      loss,
      accuracy,
      engine,
      backend: { reference: 'float64', tfjs: 'wasm' }[engine],
    }));
    const order = ['validation', 'test'];
    expected.sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split));
    expect(expected).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  it('gives the best weights their best value', async () => {
    const best = readSummary(join(folder, 'reference/summary.json')).best!;
    const flags = ['--weights', 'best', '--split', best.split, '--json'];
    const [result] = JSON.parse((await evaluate('reference', ...flags)).stdout);
    expect(result.loss).toBe(best.value);
  });

  it('evaluates on the test set where nothing is said, and says so', async () => {
    const { accuracy, loss } = lastEvaluations('reference').find(({ split }) => split === 'test')!;
    expect(await evaluate('reference')).toEqual({
      code: 0,
      stdout: `reference on test: accuracy ${(100 * accuracy!).toFixed(2)} %, loss ${loss!.toFixed(3)}, 50 examples, reference (float64)\n`,
      stderr: '',
    });
  });

  it('takes another engine and other data', async () => {
    const [own] = JSON.parse((await evaluate('reference', '--json')).stdout);
    const [other] = JSON.parse(
      (await evaluate('reference', '--engine', 'tfjs', '--backend', 'wasm', '--json')).stdout,
    );
    expect(other).toMatchObject({ engine: 'tfjs', backend: 'wasm', accuracy: own.accuracy });
    expect(other.loss).toBeCloseTo(own.loss, 4);
    const [unseen] = JSON.parse((await evaluate('reference', '--set', 'data.test=500', '--json')).stdout);
    expect(unseen.examples).toBe(500);
  });

  it('takes images from a directory of IDX files', async () => {
    const directory = temporaryDirectory();
    const images = Uint8Array.from({ length: 40 * 36 }, (_, i) => (i * 37) % 256);
    for (const [set, count] of [
      ['train', 4],
      ['t10k', 40],
    ] as const) {
      const data = images.subarray(0, count * 36);
      writeFileSync(join(directory, `${set}-images-idx3-ubyte`), idxBytes([count, 6, 6], data));
      const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
      writeFileSync(join(directory, `${set}-labels-idx1-ubyte`), idxBytes([count], labels));
    }
    const flags = ['--data', 'mnist', '--data-dir', directory, '--json'];
    const model = await loadModel(join(folder, 'reference'));
    const classes = await model.classes(Float32Array.from(images, (byte) => byte / 255));
    model.dispose();
    const accuracy = classes.filter((answer, i) => answer === i % 3).length / 40;
    // Each engine on the backend that it chooses itself: the run's is another engine's.
    for (const engine of ['reference', 'tfjs', 'sparse']) {
      const { code, stdout } = await evaluate('reference', ...flags, '--engine', engine);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual([
        expect.objectContaining({ engine, examples: 40, accuracy, loss: expect.any(Number) }),
      ]);
    }
  });

  it('needs nothing that the run started from', async () => {
    const directory = temporaryDirectory();
    const trainer = await createTrainer({
      ...SMALL,
      from: join(folder, 'reference'),
      out: join(directory, 'run'),
      ...NETWORKS.reference,
    });
    await trainer.run();
    await trainer.dispose();
    const file = join(directory, 'run/run.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(folder, '/nowhere'));
    expect((await espalierHere(directory, 'evaluate', 'run')).code).toBe(0);
  });
});

describe('espalier evaluate refuses', () => {
  function copy(change: (run: string) => void): string {
    const directory = temporaryDirectory();
    cpSync(join(folder, 'reference'), join(directory, 'run'), { recursive: true });
    change(join(directory, 'run'));
    return directory;
  }

  it.each<[string, (run: string) => void, string[], RegExp]>([
    [
      'a run without weights',
      (run) => rmSync(join(run, 'model.safetensors')),
      [],
      /run has no model\.safetensors: the run has not ended/,
    ],
    [
      'best weights that were not kept',
      (run) => rmSync(join(run, 'best.safetensors')),
      ['--weights', 'best'],
      /kept no best weights; train with --keep-best/,
    ],
    [
      'weights that are cut off',
      (run) => truncateSync(join(run, 'model.safetensors'), 500),
      [],
      /run\/model\.safetensors: /,
    ],
    [
      'weights that are none',
      (run) => writeFileSync(join(run, 'model.safetensors'), 'weights'),
      [],
      /run\/model\.safetensors: /,
    ],
    [
      'another version',
      (run) => writeFileSync(join(run, 'summary.json'), '{"version":"0.9.1"}'),
      [],
      /written by Espalier 0\.9\.1/,
    ],
    ['a directory without a run', (run) => rmSync(join(run, 'run.yaml')), [], /run: it holds no run/],
  ])('%s', async (_what, change, flags, message) => {
    const directory = copy(change);
    const text = await refusal(directory, espalierHere(directory, 'evaluate', 'run', ...flags));
    expect(text).toContain('[ESPALIER_UNREADABLE_FILE] ');
    expect(text).toMatch(message);
  });

  it.each([
    [['--split', 'tset'], /UNKNOWN_DATA\] .*no split "tset"\. Did you mean "test"\? Known: test, validation/],
    [['--set', 'architecture.layers=[36,12,3]'], /DATA_SHAPE\] .*"dense_1\/kernel".*\[36, 12\].*\[36, 16\]/],
    [['--data', 'fashion-mnist-mini'], /DATA_SHAPE\] Examples of shape \[28, 28, 1\]/],
    [['--backend', 'wasm'], /INVALID_OPTION\] The engine reference has no backend "wasm"/],
    [['--weights', 'last'], /argument 'last' is invalid\. Allowed choices are model, best/],
  ])('%s', async (flags, message) => {
    expect(await refusal(folder, evaluate('reference', ...flags))).toMatch(message);
  });
});
