import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { createTrainer, exportLayersModel, loadModel, type TrainerConfig, toLayersModel } from 'espalier';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SMALL } from '../support/configs.js';
import { espalierHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory } from '../support/temporary.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RUNS: Readonly<Record<string, TrainerConfig>> = {
  mlp: { engine: 'sparse', train: { epochs: 2, best: { split: 'test' } } },
  lenet5: {
    engine: 'sparse',
    architecture: 'lenet5',
    data: { use: 'synthetic', train: 64, test: 20, inputShape: [28, 28, 1] },
  },
  convnet: {
    engine: 'sparse',
    architecture: {
      name: 'residual',
      inputShape: [6, 6, 1],
      nodes: [
        { kind: 'conv2d', name: 'stem', filters: 4, kernelSize: [3, 3], padding: 'same' },
        { kind: 'batchNorm', name: 'norm', momentum: 0.8 },
        { kind: 'activation', name: 'relu', activation: 'relu' },
        { kind: 'add', name: 'sum', inputs: ['relu', 'stem'] },
        { kind: 'maxPool2d', name: 'pool', poolSize: [2, 2] },
        { kind: 'flatten', name: 'flat' },
        { kind: 'dropout', name: 'drop', rate: 0.2 },
        { kind: 'dense', name: 'out', units: 3 },
      ],
    },
  },
};

beforeAll(async () => {
  for (const [name, config] of Object.entries(RUNS)) {
    const trainer = await createTrainer({ ...SMALL, ...config, out: join(folder, name) });
    await trainer.run();
    await trainer.dispose();
  }
});

/** Loads what was written, with nothing but TensorFlow.js. */
async function load(directory: string): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8'));
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const weightData = Uint8Array.from(readFileSync(join(directory, paths[0]))).buffer;
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  onTestFinished(() => void model.dispose());
  return model;
}

function answersOf(model: Pick<tf.LayersModel, 'predict'>, inputs: Float32Array, shape: readonly number[]) {
  return tf.tidy(() => (model.predict(tf.tensor(inputs, [...shape])) as tf.Tensor).dataSync().slice());
}

describe.each(Object.keys(RUNS))('the run "%s", exported', (run) => {
  it('answers as the predictor does, to 1e-5', async () => {
    const predictor = await loadModel(join(folder, run));
    const size = predictor.inputShape.reduce((product, n) => product * n, 1);
    const inputs = Float32Array.from({ length: 6 * size }, (_, i) => Math.sin(i * i));
    const expected = await predictor.predict(inputs);
    predictor.dispose();
    const target = join(temporaryDirectory(), 'web/model');
    expect(await exportLayersModel(join(folder, run), target)).toBe(join(target, 'model.json'));
    expect(readdirSync(target).sort()).toEqual(['model.json', 'weights.bin']);
    const models = [await load(target), await toLayersModel(join(folder, run))];
    for (const model of models) {
      answersOf(model, inputs, [6, ...predictor.inputShape]).forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]!)));
      });
    }
    models[1]!.dispose();
  });
});

describe('espalier export', () => {
  it('writes the model, with probabilities where asked for, and the same bytes again', async () => {
    const directory = temporaryDirectory();
    const run = join(folder, 'mlp');
    expect(
      await espalierHere(
        directory,
        'export',
        run,
        'one',
        '--format',
        'tfjs',
        '--softmax',
        '--weights',
        'best',
      ),
    ).toEqual({
      code: 0,
      stdout: 'one/model.json\n',
      stderr: '',
    });
    const model = await load(join(directory, 'one'));
    const inputs = new Float32Array(36).fill(0.5);
    const sum = Array.from(answersOf(model, inputs, [1, 36])).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
    const bytes = () =>
      readdirSync(join(directory, 'one')).map((file) => readFileSync(join(directory, 'one', file), 'hex'));
    const before = bytes();
    const again = ['export', run, 'one', '--softmax', '--weights', 'best', '--force'];
    expect((await espalierHere(directory, ...again)).code).toBe(0);
    expect(bytes()).toEqual(before);
  });

  it('refuses to replace a model, and what it can not read', async () => {
    const directory = temporaryDirectory();
    const run = join(folder, 'mlp');
    await espalierHere(directory, 'export', run, 'one');
    const there = await refusal(directory, espalierHere(directory, 'export', run, 'one'));
    expect(there).toMatch(/OUTPUT_EXISTS\] one\/model\.json is there already\. Replace it with --force/);
    expect(await refusal(directory, espalierHere(directory, 'export', 'one', 'two'))).toMatch(
      /UNREADABLE_FILE\] one: it holds no run/,
    );
    expect(
      await refusal(directory, espalierHere(directory, 'export', run, 'two', '--format', 'onnx')),
    ).toMatch(/Allowed choices are tfjs/);
    expect(await refusal(directory, espalierHere(directory, 'export', run, 'one/model.json/two'))).toMatch(
      /OUTPUT_UNWRITABLE/,
    );
  });
});
