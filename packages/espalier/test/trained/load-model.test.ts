import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, RunDirectory, readModel, writeModel } from '@espalier/runs';
import * as tf from '@tensorflow/tfjs';
import { type Architecture, createTrainer, loadModel, type TrainerConfig } from 'espalier';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SMALL } from '../support/configs.js';
import { temporaryDirectory } from '../support/temporary.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One that has no name in the registry, with everything that evaluation treats otherwise than training. */
const CONVNET: Architecture = {
  name: 'my own',
  inputShape: [6, 6, 1],
  nodes: [
    { kind: 'conv2d', name: 'c1', filters: 4, kernelSize: [3, 3], padding: 'same' },
    { kind: 'batchNorm', name: 'n1', momentum: 0.8 },
    { kind: 'activation', name: 'a1', activation: 'relu' },
    { kind: 'dropout', name: 'd1', rate: 0.2 },
    { kind: 'flatten', name: 'f1' },
    { kind: 'dense', name: 'out', units: 3 },
  ],
};

const RUNS: Readonly<Record<string, TrainerConfig>> = {
  reference: { engine: 'reference', architecture: CONVNET },
  sparse: { engine: 'sparse', architecture: CONVNET, optimizer: { use: 'adam', learningRate: 0.01 } },
  tfjs: { engine: 'tfjs', backend: 'wasm', architecture: CONVNET },
  // Keeps a value at every position, of which active ones alone answer.
  latent: { engine: 'tfjs', backend: 'wasm', method: 'top-kast' },
  named: { engine: 'sparse', train: { epochs: 3, best: { split: 'test' } } },
};

const INPUTS = Float32Array.from({ length: 7 * 36 }, (_, i) => Math.sin(i * i));
const expected = new Map<string, Float32Array>();

beforeAll(async () => {
  for (const [name, config] of Object.entries(RUNS)) {
    const trainer = await createTrainer({ ...SMALL, ...config, out: join(folder, name) });
    await trainer.run();
    expected.set(name, (await trainer.engine.predict!(INPUTS, 7)).slice());
    await trainer.dispose();
  }
});

/** A directory with nothing but what the run's network needs. */
function onlyWeights(run: string): string {
  const directory = join(temporaryDirectory(), run);
  mkdirSync(directory);
  for (const file of ['run.yaml', 'model.safetensors']) {
    copyFileSync(join(folder, run, file), join(directory, file));
  }
  return directory;
}

describe.each(Object.keys(RUNS))('the network of the run "%s"', (run) => {
  it('answers as it did when it was trained, on its own engine, from weights alone', async () => {
    const model = await loadModel(onlyWeights(run));
    onTestFinished(() => model.dispose());
    expect(model.engine).toBe(RUNS[run]!.engine);
    expect(await model.predict(INPUTS)).toEqual(expected.get(run));
    expect(await model.predict(INPUTS.subarray(36, 72), 1)).toHaveLength(3);
    expect(model.outputs).toBe(3);
  });

  it.each(['reference', 'sparse', 'tfjs'])('answers alike on %s', async (engine) => {
    const model = await loadModel(join(folder, run), { engine });
    onTestFinished(() => model.dispose());
    expect(model.engine).toBe(engine);
    const values = await model.predict(INPUTS, 7);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.get(run)![i]!, 4);
    });
  });

  it('says which layers it has, and how sparse they are', async () => {
    const model = await loadModel(join(folder, run));
    onTestFinished(() => model.dispose());
    const { parameters } = readModel(join(folder, run, 'model.safetensors')).state;
    for (const { name, shape, size, nnz, density } of model.layers) {
      const { data, shape: saved } = parameters[name]!;
      expect({ name, shape, nnz, density }).toEqual({
        name,
        shape: saved,
        nnz: data.length,
        density: nnz / size,
      });
      expect(size).toBe(shape.reduce((product, n) => product * n, 1));
    }
    const kernels = Object.keys(parameters).filter((name) => name.endsWith('/kernel'));
    expect(model.layers.map(({ name }) => name).sort()).toEqual(kernels.sort());
    expect(model.layers.reduce((sum, { nnz }) => sum + nnz, 0)).toBeLessThan(0.3 * 630);
  });
});

describe('a loaded model', () => {
  it('gives classes and probabilities', async () => {
    const model = await loadModel(join(folder, 'named'));
    onTestFinished(() => model.dispose());
    const [logits, probabilities, classes] = [
      await model.predict(INPUTS),
      await model.probabilities(INPUTS),
      await model.classes(INPUTS),
    ];
    for (let example = 0; example < 7; example++) {
      const row = [...logits.subarray(3 * example, 3 * example + 3)];
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      row.forEach((z, i) => {
        expect(probabilities[3 * example + i]).toBeCloseTo(Math.exp(z) / total, 6);
      });
      expect(row[classes[example]!]).toBe(Math.max(...row));
    }
    expect(classes).toHaveLength(7);
  });

  it('can have the best weights instead of the last ones', async () => {
    const file = join(folder, 'named/best.safetensors');
    const { parameters } = readModel(file).state;
    const marked = { ...parameters, 'dense_2/bias': { shape: [3], data: Float32Array.of(1e6, 2e6, 3e6) } };
    writeModel(file, { parameters: marked, slots: {} });
    const best = await loadModel(join(folder, 'named'), { weights: 'best' });
    onTestFinished(() => best.dispose());
    const values = await best.predict(INPUTS, 7);
    expect([0, 1, 2].map((i) => Math.round(values[i]! / 1e6))).toEqual([1, 2, 3]);
  });

  it('makes nothing dense on the sparse engine, in memory as little as in time', async () => {
    // Dense, the kernel of 40,000 x 40,000 would have 6 GiB.
    const units = 40_000;
    const out = join(temporaryDirectory(), 'wide');
    const files = RunDirectory.create(out);
    const architecture = { use: 'mlp', layers: [units, units, 2] };
    files.writeConfig(parseConfig({ engine: 'sparse', architecture }, 'test'));
    const count = 100_000;
    const positions = Uint32Array.from({ length: count }, (_, i) => i * 16_000 + (i % 7));
    files.writeModel({
      parameters: {
        'dense_1/kernel': { shape: [units, units], data: new Float32Array(count).fill(0.5), positions },
        'dense_1/bias': { shape: [units], data: new Float32Array(units) },
        'dense_2/kernel': { shape: [units, 2], data: Float32Array.of(2), positions: Uint32Array.of(0) },
        'dense_2/bias': { shape: [2], data: Float32Array.of(0, 1) },
      },
      slots: {},
    });
    const before = process.memoryUsage().arrayBuffers;
    const model = await loadModel(out);
    const inputs = new Float32Array(units).fill(1);
    // 2 x the first hidden unit: half of the number of weights that lead to it.
    const leading = positions.filter((position) => position % units === 0).length;
    expect(await model.predict(inputs)).toEqual(Float32Array.of(leading, 1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200e6);
    expect(model.layers[0]).toMatchObject({ size: units ** 2, nnz: count });
    model.dispose();
  });

  it('takes an architecture where the weights hold none', async () => {
    const directory = onlyWeights('sparse');
    const file = join(directory, 'model.safetensors');
    writeModel(file, readModel(file).state);
    await expect(loadModel(directory)).rejects.toThrow(
      /UNKNOWN_ARCHITECTURE\] .*"my own".*loadModel\(directory, \{ model \}\)/,
    );
    const model = await loadModel(directory, { architecture: CONVNET });
    onTestFinished(() => model.dispose());
    expect(await model.predict(INPUTS)).toEqual(expected.get('sparse'));
    await expect(loadModel(directory, { architecture: CONVNET, model: {} })).rejects.toThrow(TypeError);
  });

  it.each(['sparse', 'tfjs'])('takes a model of TensorFlow.js anew, which %s trained', async (engine) => {
    const build = () =>
      tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [6, 6, 1] }),
          tf.layers.dense({ name: 'hidden', units: 8, activation: 'relu' }),
          tf.layers.dense({ name: 'top', units: 3, activation: 'softmax' }),
        ],
      });
    const out = join(temporaryDirectory(), 'run');
    const { architecture: _, ...config } = SMALL;
    const trained = build();
    const trainer = await createTrainer({ ...config, engine, model: trained, out });
    await trainer.run();
    await trainer.dispose();
    await expect(loadModel(out)).rejects.toThrow(/UNKNOWN_ARCHITECTURE\] .*a model of one's own/);
    const answers = tf.tidy(() =>
      (trained.predict(tf.tensor4d(INPUTS, [7, 6, 6, 1])) as tf.Tensor).dataSync(),
    );
    for (const other of ['sparse', 'tfjs']) {
      const model = await loadModel(out, { model: build(), engine: other });
      expect([model.inputShape, model.outputs]).toEqual([[6, 6, 1], 3]);
      const probabilities = await model.probabilities(INPUTS);
      answers.forEach((p, i) => {
        expect(probabilities[i]).toBeCloseTo(p, 5);
      });
      model.dispose();
    }
  });
});

describe('what is refused', () => {
  it.each<[string, (run: string) => void, RegExp]>([
    [
      'a directory without a run',
      (run) => rmSync(join(run, 'run.yaml')),
      /UNREADABLE_FILE\] .*it holds no run/,
    ],
    [
      'a run without weights',
      (run) => rmSync(join(run, 'model.safetensors')),
      /UNREADABLE_FILE\] .*has no model\.safetensors: the run has not ended/,
    ],
    [
      'weights that are cut off',
      (run) => truncateSync(join(run, 'model.safetensors'), 900),
      /UNREADABLE_FILE\] .*model\.safetensors: /,
    ],
    [
      'a damaged architecture',
      (run) => {
        const file = join(run, 'model.safetensors');
        writeModel(file, readModel(file).state, { architecture: '{' });
      },
      /UNREADABLE_FILE\] .*metadata architecture is not JSON/,
    ],
    [
      'weights of another network',
      (run) => {
        const file = join(run, 'model.safetensors');
        writeModel(file, readModel(file).state, {
          architecture: JSON.stringify({ ...CONVNET, inputShape: [5, 6, 1] }),
        });
      },
      /DATA_SHAPE\] The network's layer "out\/kernel" is \[120, 3\], but .*has it as \[144, 3\]/,
    ],
    [
      'a missing bias',
      (run) => {
        const file = join(run, 'model.safetensors');
        const { state, metadata } = readModel(file);
        const { 'out/bias': _, ...parameters } = state.parameters;
        writeModel(file, { ...state, parameters }, metadata);
      },
      /DATA_SHAPE\] .*it has no tensor "out\/bias"/,
    ],
    [
      'a run file that is none',
      (run) =>
        writeFileSync(join(run, 'run.yaml'), `${readFileSync(join(run, 'run.yaml'), 'utf8')}\nsede: 3\n`),
      /UNKNOWN_CONFIG_KEY|INVALID_CONFIG/,
    ],
  ])('%s', async (_, change, message) => {
    const directory = onlyWeights('sparse');
    change(directory);
    await expect(loadModel(directory)).rejects.toThrow(message);
  });

  it('engines and weights that are not there', async () => {
    const run = join(folder, 'sparse');
    await expect(loadModel(run, { engine: 'spares' })).rejects.toThrow(
      /UNKNOWN_ENGINE\] There is no engine "spares"\. Did you mean "sparse"/,
    );
    await expect(loadModel(run, { engine: 'sparse', backend: 'cuda' })).rejects.toThrow(
      /INVALID_OPTION\] .*"cuda"/,
    );
    await expect(loadModel(run, { weights: 'best' })).rejects.toThrow(/kept no best weights/);
  });

  it('inputs of another length', async () => {
    const model = await loadModel(join(folder, 'sparse'));
    for (const [inputs, count, message] of [
      [
        new Float32Array(35),
        undefined,
        /DATA_SHAPE\] predict was given 35 values, .*\[6, 6, 1\], which is 36 values each/,
      ],
      [new Float32Array(0), undefined, /given 0 values/],
      [new Float32Array(72), 3, /given 72 values as 3 examples/],
      [new Float32Array(36), 0.5, /given 36 values/],
    ] as const) {
      for (const ask of [model.predict, model.probabilities, model.classes]) {
        await expect(ask(inputs, count)).rejects.toThrow(message);
      }
    }
    model.dispose();
    model.dispose();
    await expect(model.predict(new Float32Array(36))).rejects.toThrow(/ESPALIER_DISPOSED/);
  });
});
