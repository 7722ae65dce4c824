import { lenet5, mlp, smallConvnet } from '@espalier/architectures';
import { type Architecture, createRandomSource, type EngineState, type StateTensor } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { layersModelFiles, tfjsEngine, toLayersModel } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

beforeAll(async () => {
  await tfjsEngine({ backend: 'wasm' });
});

const EVERYTHING: Architecture = {
  name: 'every kind of node',
  inputShape: [9, 8, 4],
  nodes: [
    { kind: 'conv2d', name: 'first conv', filters: 4, kernelSize: [3, 3], padding: 'same', bias: false },
    { kind: 'batchNorm', name: '_norm', epsilon: 0.01 },
    { kind: 'activation', name: 'act1', activation: 'relu' },
    { kind: 'dropout', name: 'drop', rate: 0.5 },
    { kind: 'add', name: 'sum', inputs: ['drop', 'first conv', 'input', 'drop'] },
    { kind: 'conv2d', name: 'first_conv', filters: 6, kernelSize: [3, 2], strides: [2, 1], groups: 2 },
    { kind: 'activation', name: 'act2', activation: 'gelu' },
    { kind: 'depthwiseConv2d', name: 'depthwise', kernelSize: [2, 3], depthMultiplier: 2, padding: 'same' },
    { kind: 'maxPool2d', name: 'max', poolSize: [2, 2], padding: 'same' },
    { kind: 'conv2d', name: 'per channel', filters: 24, kernelSize: [2, 2], groups: 12, padding: 'same' },
    { kind: 'activation', name: 'act3', activation: 'leakyRelu', slope: 0.1 },
    { kind: 'averagePool2d', name: 'mean', poolSize: [1, 2], strides: [1, 1], padding: 'same' },
    { kind: 'activation', name: 'act4', activation: 'tanh' },
    { kind: 'flatten', name: 'flat' },
    { kind: 'dense', name: 'softmax', units: 4 },
  ],
};

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  mlp: mlp({ layers: [20, 12, 5] }),
  lenet5: lenet5(),
  'convnet-small': smallConvnet(),
  everything: EVERYTHING,
};

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** An engine with random weights everywhere, at a third of the kernels' positions, and its state. */
async function trained(architecture: Architecture) {
  const factory = referenceEngine();
  const none = { active: new Uint32Array(0), weights: new Float32Array(0) };
  const engine = await factory.create({
    network: { architecture },
    loss: 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 1 },
    start: factory.inspect({ architecture }).map(({ name }) => ({ name, ...none })),
    random: (purpose, name, step) => createRandomSource(1).stream(purpose, name, step),
  });
  const state = await engine.save();
  const draw = (name: string, { shape }: StateTensor): StateTensor => {
    const stream = createRandomSource(2).stream('test:weights', name, 0);
    const isKernel = name.endsWith('/kernel');
    const positions = Uint32Array.from({ length: sizeOf(shape) }, (_, i) => i).filter(
      () => !isKernel || stream.uniform() < 0.3,
    );
    const data = Float32Array.from(positions, () =>
      name.endsWith('moving_variance') ? 0.5 + stream.uniform() : 0.3 * stream.normal(),
    );
    return isKernel ? { shape, data, positions } : { shape, data };
  };
  const parameters = Object.fromEntries(
    Object.entries(state.parameters).map(([name, tensor]) => [name, draw(name, tensor)]),
  );
  const slots = Object.fromEntries(
    Object.entries(state.slots).map(([name, { shape }]) => [
      name,
      { shape, data: new Float32Array(sizeOf(shape)) },
    ]),
  );
  engine.load({ parameters, slots });
  return { engine, parameters };
}

function drawInputs({ inputShape }: Architecture, size: number): Float32Array {
  const stream = createRandomSource(3).stream('test:inputs', '', 0);
  return Float32Array.from({ length: size * sizeOf(inputShape) }, () => stream.normal());
}

function answersOf(model: tf.LayersModel, inputs: Float32Array, size: number): Float32Array {
  return tf.tidy(() => {
    const shape = model.inputs[0]!.shape.slice(1) as number[];
    return (model.predict(tf.tensor(inputs, [size, ...shape])) as tf.Tensor).dataSync<'float32'>().slice();
  });
}

describe.each(Object.entries(ARCHITECTURES))('%s as a tf.LayersModel', (_, architecture) => {
  it('answers as the engine does, from its files, too', async () => {
    const { engine, parameters } = await trained(architecture);
    const inputs = drawInputs(architecture, 5);
    const expected = await engine.predict!(inputs, 5);
    const scale = Math.max(1, ...expected.map(Math.abs));
    const model = toLayersModel(architecture, parameters);
    onTestFinished(() => void model.dispose());
    const { model: json, weights } = await layersModelFiles(model);
    const { modelTopology, weightsManifest, format } = JSON.parse(json);
    expect({ format, paths: weightsManifest[0].paths }).toEqual({
      format: 'layers-model',
      paths: ['weights.bin'],
    });
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest[0].weights,
        weightData: weights.slice().buffer,
      }),
    );
    onTestFinished(() => void loaded.dispose());
    for (const one of [model, loaded]) {
      const answers = answersOf(one, inputs, 5);
      expect(answers).toHaveLength(expected.length);
      answers.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!) / scale).toBeLessThan(1e-5);
      });
    }
    // Stock layers only: whoever loads it need not know of Espalier.
    const kinds = modelTopology.config.layers.map(({ class_name }: { class_name: string }) => class_name);
    expect(kinds.filter((kind: string) => kind.startsWith('Espalier'))).toEqual([]);
  });

  it('gives probabilities where asked to', async () => {
    const { engine, parameters } = await trained(architecture);
    const inputs = drawInputs(architecture, 2);
    const logits = await engine.predict!(inputs, 2);
    const model = toLayersModel(architecture, parameters, { softmax: true });
    onTestFinished(() => void model.dispose());
    const answers = answersOf(model, inputs, 2);
    const classes = logits.length / 2;
    for (let example = 0; example < 2; example++) {
      const row = [...logits.subarray(example * classes, (example + 1) * classes)];
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      row.forEach((z, i) => {
        expect(answers[example * classes + i]).toBeCloseTo(Math.exp(z) / total, 5);
      });
    }
  });

  it('has the names of the nodes, and the same files every time', async () => {
    const { parameters } = await trained(architecture);
    const files: string[] = [];
    for (let i = 0; i < 2; i++) {
      const model = toLayersModel(architecture, parameters);
      const { model: json, weights } = await layersModelFiles(model);
      files.push(json + Buffer.from(weights).toString('base64'));
      model.dispose();
    }
    expect(files[0]).toBe(files[1]);
  });
});

it('leaves nothing behind', async () => {
  const { parameters } = await trained(EVERYTHING);
  const before = tf.memory().numTensors;
  toLayersModel(EVERYTHING, parameters, { softmax: true }).dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('refuses parameters that are not those of the network', async () => {
  const { parameters } = await trained(EVERYTHING);
  const before = tf.memory().numTensors;
  const change = (name: string, tensor?: StateTensor) => {
    const { [name]: _, ...others } = parameters;
    const changed: EngineState['parameters'] = tensor ? { ...others, [name]: tensor } : others;
    return () => toLayersModel(EVERYTHING, changed);
  };
  expect(change('softmax/bias')).toThrow(
    /ESPALIER_DATA_SHAPE\] The parameter "softmax\/bias" of shape \[4\] is missing/,
  );
  expect(change('_norm/gamma', { shape: [3], data: new Float32Array(3) })).toThrow(
    /"_norm\/gamma".*has the shape \[3\]/,
  );
  expect(tf.memory().numTensors).toBe(before);
});
