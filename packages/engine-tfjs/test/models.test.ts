import { drawBatch, stepRequest } from '@espalier/conformance';
import { type EngineFactory, EspalierError } from '@espalier/core';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelRequest, seeded } from './support/models.js';

let factory: EngineFactory;
beforeAll(async () => {
  factory = await tfjsEngine({ backend: 'wasm' });
});

const dense = (units: number, name: string, more: object = {}) =>
  tf.layers.dense({ units, name, kernelInitializer: seeded(units), ...more });

/** Finite differences of the mean loss by one weight, by evaluation of a model without dropout and statistics. */
async function slopeAt(engine: Awaited<ReturnType<EngineFactory['create']>>, layer: number, k: number) {
  const batch = drawBatch(1, 4, [6], 3);
  const weights = engine.layers[layer]!.weights();
  const losses: number[] = [];
  for (const shift of [1e-2, -1e-2]) {
    const moved = weights.slice();
    moved[k]! += shift;
    engine.layers[layer]!.setWeights(moved);
    losses.push((await engine.evaluate(batch)).loss / batch.size);
  }
  engine.layers[layer]!.setWeights(weights);
  return (losses[0]! - losses[1]!) / 2e-2;
}

describe('what is maskable', () => {
  it('is every kernel of dense, convolution, transposed, depthwise and separable layers', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 2], name: 'conv' }),
        tf.layers.batchNormalization({ name: 'bn' }),
        tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, name: 'depthwise' }),
        tf.layers.separableConv2d({ filters: 5, kernelSize: 2, name: 'separable' }),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, name: 'transposed' }),
        tf.layers.reshape({ targetShape: [36, 3], name: 'rows' }),
        tf.layers.conv1d({ filters: 2, kernelSize: 3, name: 'conv1' }),
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2, name: 'inner' }), name: 'each' }),
        tf.layers.flatten({ name: 'flat' }),
        tf.layers.dense({ units: 3, name: 'head' }),
      ],
    });
    expect(factory.inspect({ model })).toEqual(
      [
        { name: 'conv/kernel', kind: 'convolution', shape: [3, 3, 2, 4], outputPositions: 36 },
        {
          name: 'depthwise/depthwise_kernel',
          kind: 'depthwise',
          shape: [3, 3, 4, 2],
          groups: 4,
          outputPositions: 16,
        },
        {
          name: 'separable/depthwise_kernel',
          kind: 'depthwise',
          shape: [2, 2, 8, 1],
          groups: 8,
          outputPositions: 9,
        },
        { name: 'separable/pointwise_kernel', kind: 'convolution', shape: [1, 1, 8, 5], outputPositions: 9 },
        { name: 'transposed/kernel', kind: 'transposed', shape: [2, 2, 3, 5], outputPositions: 36 },
        { name: 'conv1/kernel', kind: 'convolution', shape: [3, 3, 2], outputPositions: 34 },
        { name: 'each/kernel', kind: 'dense', shape: [2, 2], outputPositions: 34 },
        { name: 'head/kernel', kind: 'dense', shape: [68, 3], outputPositions: 1 },
      ].map((layer) => expect.objectContaining(layer)),
    );
  });

  it('takes nested models by path and a shared layer once, whatever other models there are', () => {
    const build = () => {
      const shared = dense(6, 'shared');
      const inner = tf.sequential({ name: 'inner', layers: [dense(6, 'a', { inputShape: [6] })] });
      const outer = tf.sequential({ name: 'outer', layers: [inner, dense(6, 'b')] });
      const input = tf.input({ shape: [6] });
      const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: outer.apply(twice) as tf.SymbolicTensor });
    };
    const names = ['shared/kernel', 'outer/inner/a/kernel', 'outer/b/kernel'];
    for (const model of [build(), build()]) {
      expect(factory.inspect({ model }).map(({ name }) => name)).toEqual(names);
    }
  });

  it('leaves out what is not trained, and takes further weights only by glob', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 5, name: 'words' }),
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 3 }) as tf.RNN,
          name: 'both',
          mergeMode: 'concat',
        }),
        dense(4, 'frozen', { trainable: false }),
        dense(3, 'head'),
      ],
    });
    expect(factory.inspect({ model }).map(({ name }) => name)).toEqual(['head/kernel']);
    const more = await tfjsEngine({ include: ['words/*', 'both/**/recurrent_kernel'] });
    expect(more.inspect({ model }).map(({ name, kind }) => [name.replace(/lstm_\w+/, 'lstm'), kind])).toEqual(
      [
        ['words/embeddings', 'dense'],
        ['both/forward_lstm/recurrent_kernel', 'dense'],
        ['both/backward_lstm/recurrent_kernel', 'dense'],
        ['head/kernel', 'dense'],
      ],
    );
    const wrong = await tfjsEngine({ include: ['word/*'] });
    expect(() => wrong.inspect({ model })).toThrow(/ESPALIER_UNKNOWN_LAYER.*"word\/\*".*words\/embeddings/);
  });
});

describe('what is refused', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['what is no layers model', () => ({ predict() {} }), /not a tf.LayersModel/],
    ['a model without layers', () => tf.sequential(), /has no layers/],
    [
      'several outputs',
      () => {
        const input = tf.input({ shape: [4] });
        const outputs = [dense(2, 'a'), dense(2, 'b')].map(
          (layer) => layer.apply(input) as tf.SymbolicTensor,
        );
        return tf.model({ inputs: input, outputs });
      },
      /1 inputs and 2 outputs/,
    ],
    [
      'open sizes',
      () =>
        tf.sequential({ layers: [tf.layers.conv1d({ filters: 2, kernelSize: 2, inputShape: [null, 3] })] }),
      /leaves sizes open in \[any, any, 3\]/,
    ],
    [
      'dilated convolutions',
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv2d({
              filters: 2,
              kernelSize: 2,
              dilationRate: 2,
              inputShape: [9, 9, 1],
              name: 'wide',
            }),
          ],
        }),
      /"wide" is dilated by \[2, 2\]/,
    ],
  ];
  it.each(cases)('%s', async (_, build, reason) => {
    const network = { model: build() };
    expect(factory.refuses(network).join(' ')).toMatch(reason);
    expect(() => factory.inspect(network)).toThrow(EspalierError);
    const request = modelRequest(network.model as tf.LayersModel, []);
    await expect(factory.create(request)).rejects.toMatchObject({ code: 'ESPALIER_ENGINE_REFUSES' });
  });

  it('cross-entropy of one output', async () => {
    const model = tf.sequential({ layers: [dense(1, 'head', { inputShape: [4] })] });
    expect(factory.refuses({ model })).toEqual([]);
    const request = modelRequest(model, factory.inspect({ model }));
    await expect(factory.create(request)).rejects.toThrow(/two classes or more.*gives \[1\]/);
    const engine = await factory.create({ ...request, loss: 'mean-squared-error' });
    engine.dispose();
    expect(model.predict(tf.zeros([1, 4]))).toBeDefined();
  });
});

describe("a user's model", () => {
  it('keeps its own weights, masked, trains in place and outlives the engine', async () => {
    const model = tf.sequential({
      layers: [dense(5, 'hidden', { inputShape: [6], activation: 'relu' }), dense(3, 'head')],
    });
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    const layers = factory.inspect({ model });
    const engine = await factory.create(modelRequest(model, layers));
    engine.layers.forEach((layer, i) => {
      const kernel = model.getWeights()[2 * i]!.dataSync();
      const active = new Set(layer.active);
      kernel.forEach((value, position) => {
        expect(value).toBe(active.has(position) ? before[2 * i]![position] : 0);
      });
    });
    const batch = drawBatch(1, 8, [6], 3);
    const first = await engine.trainStep(batch, stepRequest(0));
    for (let step = 1; step < 20; step++) await engine.trainStep(batch, stepRequest(step));
    const last = await engine.trainStep(batch, stepRequest(20));
    expect(last.loss).toBeLessThan(0.8 * first.loss);
    const [kernel] = model.getWeights();
    const active = new Set(engine.layers[0]!.active);
    kernel!.dataSync().forEach((value, position) => {
      if (!active.has(position)) expect(value).toBe(0);
    });
    engine.dispose();
    engine.dispose();
    expect((model.predict(tf.ones([2, 6])) as tf.Tensor).shape).toEqual([2, 3]);
  });

  it('takes over weights that were set on the model meanwhile, still masked', async () => {
    const model = tf.sequential({ layers: [dense(4, 'head', { inputShape: [6] })] });
    const engine = await factory.create(modelRequest(model, factory.inspect({ model })));
    model.setWeights([tf.ones([6, 4]), tf.zeros([4])]);
    expect([...engine.layers[0]!.weights()]).toEqual(Array(engine.layers[0]!.active.length).fill(1));
    expect(model.getWeights()[0]!.sum().dataSync()[0]).toBe(engine.layers[0]!.active.length);
    engine.dispose();
  });

  const softmaxes: [string, () => tf.layers.Layer[]][] = [
    ['as an activation', () => [dense(3, 'head', { activation: 'softmax' })]],
    ['as an activation layer', () => [dense(3, 'head'), tf.layers.activation({ activation: 'softmax' })]],
    ['as a layer of its own', () => [dense(3, 'head'), tf.layers.softmax()]],
    [
      'in a nested model',
      () => [tf.sequential({ layers: [dense(3, 'head', { inputShape: [6], activation: 'softmax' })] })],
    ],
  ];
  it.each(softmaxes)('with a softmax %s: the loss is taken of its logits', async (_, end) => {
    const build = (last: tf.layers.Layer[]) => {
      const model = tf.sequential();
      for (const layer of [dense(6, 'hidden', { inputShape: [6] }), ...last]) model.add(layer);
      return model;
    };
    const batch = drawBatch(1, 4, [6], 3);
    // Logits so large that a softmax in between would lose them.
    for (let i = 0; i < batch.inputs.length; i++) batch.inputs[i]! *= 300;
    const run = async (model: tf.Sequential) => {
      const engine = await factory.create(modelRequest(model, factory.inspect({ model }), { density: 1 }));
      const { loss } = await engine.trainStep(batch, stepRequest(0, { updateWeights: false }));
      const gradients = engine.layers.map((layer) => [...layer.signal('gradient', layer.active)]);
      const evaluated = await engine.evaluate(batch);
      return { loss, gradients, evaluated };
    };
    const model = build(end());
    const withSoftmax = await run(model);
    expect(withSoftmax).toEqual(await run(build([dense(3, 'head')])));
    expect(withSoftmax.loss).toBeGreaterThan(50);
    const prediction = model.predict(tf.ones([1, 6])) as tf.Tensor;
    expect(prediction.sum().dataSync()[0]).toBeCloseTo(1, 5);
  });

  it('with squared errors: a softmax stays', async () => {
    const model = tf.sequential({ layers: [dense(3, 'head', { inputShape: [6], activation: 'softmax' })] });
    const request = modelRequest(model, factory.inspect({ model }), { loss: 'mean-squared-error' });
    const engine = await factory.create(request);
    const batch = drawBatch(1, 4, [6], 3);
    const errors = tf.squaredDifference(
      model.predict(tf.tensor(batch.inputs, [4, 6])) as tf.Tensor,
      tf.tensor(batch.targets!, [4, 3]),
    );
    const evaluation = await engine.evaluate(batch);
    expect(evaluation.loss / 4).toBeCloseTo(errors.mean().dataSync()[0]!, 5);
    expect(evaluation.correct).toBeUndefined();
  });

  it('has gradients that are the slopes of its loss, shared and nested layers included', async () => {
    const shared = dense(6, 'shared', { activation: 'tanh' });
    const inner = tf.sequential({
      name: 'inner',
      layers: [dense(6, 'a', { inputShape: [6], activation: 'sigmoid' })],
    });
    const input = tf.input({ shape: [6] });
    const twice = shared.apply(inner.apply(shared.apply(input))) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: dense(3, 'head').apply(twice) as tf.SymbolicTensor });
    const engine = await factory.create(modelRequest(model, factory.inspect({ model })));
    await engine.trainStep(drawBatch(1, 4, [6], 3), stepRequest(0, { updateWeights: false }));
    for (const [i, layer] of engine.layers.entries()) {
      const gradient = layer.signal('gradient', layer.active);
      for (const k of [0, 3, 7]) expect(gradient[k]).toBeCloseTo(await slopeAt(engine, i, k), 3);
    }
  });

  it('drops by the keyed streams of its dropout layers', async () => {
    const build = () =>
      tf.sequential({
        layers: [
          dense(6, 'a', { inputShape: [6] }),
          tf.layers.dropout({ rate: 0.5, name: 'drop' }),
          dense(3, 'head'),
        ],
      });
    const losses = async () => {
      const model = build();
      const engine = await factory.create(modelRequest(model, factory.inspect({ model })));
      const batch = drawBatch(1, 4, [6], 3);
      const request = { updateWeights: false };
      const results = [];
      for (const step of [0, 1])
        results.push((await engine.trainStep(batch, stepRequest(step, request))).loss);
      return results;
    };
    const first = await losses();
    expect(await losses()).toEqual(first);
    expect(first[0]).not.toBe(first[1]);
  });

  it("adds its layers' regularisers to what is minimised, not to the loss reported", async () => {
    const build = (kernelRegularizer?: object) =>
      tf.sequential({
        layers: [dense(3, 'head', { inputShape: [6], ...(kernelRegularizer && { kernelRegularizer }) })],
      });
    const run = async (model: tf.Sequential) => {
      const engine = await factory.create(modelRequest(model, factory.inspect({ model }), { density: 1 }));
      const { loss } = await engine.trainStep(
        drawBatch(1, 4, [6], 3),
        stepRequest(0, { updateWeights: false }),
      );
      const [layer] = engine.layers;
      return { loss, weights: layer!.weights(), gradient: layer!.signal('gradient', layer!.active) };
    };
    const plain = await run(build());
    const regularised = await run(build(tf.regularizers.l2({ l2: 0.5 })));
    expect(regularised.loss).toBe(plain.loss);
    regularised.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(plain.gradient[i]! + plain.weights[i]!, 5);
    });
  });

  it('trains further weights that were asked for', async () => {
    const include = await tfjsEngine({ include: ['memory/*kernel'] });
    const model = tf.sequential({
      layers: [
        tf.layers.simpleRNN({
          units: 4,
          inputShape: [2, 3],
          name: 'memory',
          kernelInitializer: seeded(1),
          recurrentInitializer: seeded(2),
        }),
        dense(3, 'head'),
      ],
    });
    const layers = include.inspect({ model });
    expect(layers.map(({ name }) => name)).toEqual([
      'memory/kernel',
      'memory/recurrent_kernel',
      'head/kernel',
    ]);
    const engine = await include.create(modelRequest(model, layers));
    const batch = drawBatch(1, 6, [2, 3], 3);
    const first = await engine.trainStep(batch, stepRequest(0));
    for (let step = 1; step < 20; step++) await engine.trainStep(batch, stepRequest(step));
    expect((await engine.evaluate(batch)).loss / 6).toBeLessThan(first.loss);
    const recurrent = model.getWeights()[1]!.dataSync();
    expect([...recurrent.keys()].filter((i) => recurrent[i] !== 0)).toEqual([...engine.layers[1]!.active]);
  });
});
