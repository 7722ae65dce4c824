import { changeOf, drawBatch, expectClose, expectSameState, stepRequest } from '@espalier/conformance';
import { EspalierError } from '@espalier/core';
import { type ConvertingEngine, sparseEngine } from '@espalier/engine-sparse';
import { type TfjsEngineFactory, tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { MODELS, modelRequest } from './support/models.js';

const factory = sparseEngine({ threads: 2 });
let tfjs: TfjsEngineFactory;
beforeAll(async () => {
  tfjs = await tfjsEngine({ backend: 'wasm' });
});

const shapeOf = (tensor: tf.SymbolicTensor) => tensor.shape.slice(1) as number[];

/** Random examples for a model. */
function draw(model: tf.LayersModel, seed: number, size: number) {
  return drawBatch(seed, size, shapeOf(model.inputs[0]!), shapeOf(model.outputs[0]!)[0]!);
}

const valuesOf = (model: tf.LayersModel) => model.weights.map((weight) => weight.read().dataSync().slice());

describe.each(Object.entries(MODELS))('the model "%s"', (_, build) => {
  it('has the layers that the engine "tfjs" finds', () => {
    const model = build();
    expect(factory.refuses({ model })).toEqual([]);
    expect(factory.inspect({ model }).map((layer) => ({ groups: 1, ...layer }))).toEqual(
      tfjs.inspect({ model }).map((layer) => ({ groups: 1, ...layer })),
    );
  });

  it('takes the steps of the engine "tfjs", over a topology change, and writes the same weights back', async () => {
    const [model, twin] = [build(), build()];
    const before = valuesOf(model);
    const layers = factory.inspect({ model });
    const ours = await factory.create(modelRequest(model, layers));
    const other = await tfjs.create(modelRequest(twin, layers));
    await expectSameState(ours, other, 1e-6);
    for (let step = 0; step < 4; step++) {
      const request = stepRequest(step, { learningRate: 0.02 });
      const batch = draw(model, step, 11);
      const a = await ours.trainStep(batch, request);
      const b = await other.trainStep(batch, request);
      expect(a.loss, `step ${step}`).toBeCloseTo(b.loss, 4);
      if (step !== 1) continue;
      const changes = changeOf(other, { use: 'zero' });
      ours.applyTopology(changes);
      other.applyTopology(changes);
    }
    await expectSameState(ours, other, 1e-3);
    const { inputs } = draw(model, 9, 6);
    expectClose(await ours.predict!(inputs, 6), await other.predict!(inputs, 6), 1e-3, 'predictions');

    expect(valuesOf(model)).toEqual(before);
    const { numTensors } = tf.memory();
    ours.updateModel();
    expect(tf.memory().numTensors).toBe(numTensors);
    valuesOf(model).forEach((values, i) => {
      expectClose(values, valuesOf(twin)[i]!, 1e-3, model.weights[i]!.originalName);
    });
    // Exactly 0 where not active, exactly the engine's weight where active.
    const again = await factory.create({
      ...modelRequest(model, layers),
      start: ours.layers.map(({ name, active }) => ({ name, active })),
    });
    again.layers.forEach((layer, i) => {
      expect(layer.weights()).toEqual(ours.layers[i]!.weights());
    });
    const count = (all: readonly tf.TypedArray[]) =>
      all.reduce((n, v) => n + v.filter((x) => x !== 0).length, 0);
    expect(count(valuesOf(model))).toBe(count(valuesOf(twin)));
    for (const engine of [ours, other, again]) engine.dispose();
    expect(() => (ours as ConvertingEngine).updateModel()).toThrow(/ESPALIER_DISPOSED/);
  });
});

it('a start with weights replaces those of the model', async () => {
  const model = MODELS.nested!();
  const request = modelRequest(model, factory.inspect({ model }));
  const start = request.start.map((layer) => ({
    ...layer,
    weights: new Float32Array(layer.active.length).fill(2),
  }));
  const engine = await factory.create({ ...request, start });
  for (const layer of engine.layers) expect(layer.weights().every((weight) => weight === 2)).toBe(true);
  engine.dispose();
});

it('a final softmax stays with squared errors, which only the engine "tfjs" has', async () => {
  const model = MODELS.perceptron!();
  const request = modelRequest(model, factory.inspect({ model }), { loss: 'mean-squared-error' });
  await expect(factory.create(request)).rejects.toThrow(
    /ESPALIER_ENGINE_REFUSES.*ends in a softmax.*engine "tfjs" runs it with mean-squared-error/,
  );
});

describe('what is refused, naming the layer and the engine that runs it', () => {
  const { layers } = tf;
  const image = (layer: tf.layers.Layer) =>
    tf.sequential({ layers: [layer, layers.flatten(), layers.dense({ units: 2 })] });
  const onImage = { inputShape: [8, 8, 2], name: 'odd' };
  const vector = (...all: tf.layers.Layer[]) => tf.sequential({ layers: all });
  const functional =
    (body: (input: tf.SymbolicTensor) => unknown, shape = [4]) =>
    () => {
      const input = tf.input({ shape });
      return tf.model({ inputs: input, outputs: body(input) as tf.SymbolicTensor });
    };
  const cases: [string, () => unknown, RegExp][] = [
    ['what is no layers model', () => ({ predict() {} }), /not a tf.LayersModel/],
    ['a model without layers', () => tf.sequential(), /has no layers/],
    [
      'open sizes',
      () => vector(layers.conv1d({ filters: 2, kernelSize: 2, inputShape: [null, 3] })),
      /open.*any, any, 3/,
    ],
    [
      'other kinds',
      () =>
        vector(
          layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 5, name: 'odd' }),
          layers.flatten(),
        ),
      /of the kind Embedding/,
    ],
    [
      'other activations',
      () => vector(layers.dense({ units: 2, activation: 'elu', inputShape: [3], name: 'odd' })),
      /has the activation elu/,
    ],
    [
      'bounds of relu',
      () => vector(layers.reLU({ maxValue: 6, inputShape: [3], name: 'odd' }), layers.dense({ units: 2 })),
      /maxValue 6/,
    ],
    [
      'dilation',
      () => image(layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, ...onImage })),
      /dilated by \[2, 2\], which no engine trains/,
    ],
    [
      'channels first',
      () => image(layers.conv2d({ filters: 2, kernelSize: 2, dataFormat: 'channelsFirst', ...onImage })),
      /channels first/,
    ],
    [
      'causal padding',
      () =>
        image(
          layers.conv1d({ filters: 2, kernelSize: 2, padding: 'causal', inputShape: [8, 2], name: 'odd' }),
        ),
      /padding causal/,
    ],
    [
      'regularisers',
      () => vector(layers.dense({ units: 2, kernelRegularizer: 'l1l2', inputShape: [3], name: 'odd' })),
      /has a kernelRegularizer/,
    ],
    [
      'frozen layers',
      () =>
        vector(
          layers.dense({ units: 2, trainable: false, inputShape: [3], name: 'odd' }),
          layers.dense({ units: 2 }),
        ),
      /not trained/,
    ],
    [
      'norms without a scale',
      () => image(layers.batchNormalization({ scale: false, ...onImage })),
      /no scale or no shift/,
    ],
    [
      'norms over other axes',
      () => image(layers.batchNormalization({ axis: 1, ...onImage })),
      /another axis/,
    ],
    [
      'other reshapes',
      () =>
        vector(
          layers.dense({ units: 6, inputShape: [3] }),
          layers.reshape({ targetShape: [2, 3], name: 'odd' }),
        ),
      /more than one axis/,
    ],
    [
      'volumes',
      () => vector(layers.flatten({ inputShape: [2, 2, 2, 2] })),
      /takes \[2, 2, 2, 2\].*three axes/,
    ],
    [
      'shared layers',
      functional((input) => {
        const odd = layers.dense({ units: 4, name: 'odd' });
        return odd.apply(odd.apply(input) as tf.SymbolicTensor);
      }),
      /used in several places/,
    ],
    [
      'layers of a model that is used twice',
      functional((input) => {
        const inner = tf.sequential({ name: 'odd', layers: [layers.dense({ units: 4, inputShape: [4] })] });
        return inner.apply(inner.apply(input) as tf.SymbolicTensor);
      }),
      /used in several places/,
    ],
    [
      'a softmax inside',
      functional((input) =>
        layers
          .dense({ units: 2, name: 'odd' })
          .apply(layers.softmax({ name: 'early' }).apply(input) as tf.SymbolicTensor),
      ),
      /reads the softmax of "early"/,
    ],
    [
      'an input in two shapes',
      functional((input) => {
        const image = layers.reshape({ targetShape: [2, 2, 1] }).apply(input);
        const flat = layers
          .flatten()
          .apply(
            layers
              .conv2d({ filters: 1, kernelSize: 1 })
              .apply(image as tf.SymbolicTensor) as tf.SymbolicTensor,
          );
        return layers.add({ name: 'odd' }).apply([flat, input] as tf.SymbolicTensor[]);
      }),
      /reads the input, which another layer reshapes/,
    ],
    [
      'sums of unequal shapes',
      functional((input) => {
        const one = layers.dense({ units: 1 }).apply(input);
        return layers.add({ name: 'odd' }).apply([one, input] as tf.SymbolicTensor[]);
      }),
      /"odd".*Engine "tfjs" runs it/,
    ],
    [
      'several outputs',
      () => {
        const input = tf.input({ shape: [4] });
        const outputs = [1, 2].map((units) => layers.dense({ units }).apply(input) as tf.SymbolicTensor);
        return tf.model({ inputs: input, outputs });
      },
      /1 inputs and 2 outputs/,
    ],
  ];
  it.each(cases)('%s', async (_, build, reason) => {
    const network = { model: build() };
    const said = factory.refuses(network).join(' ');
    expect(said).toMatch(reason);
    if (said.includes('"odd"'))
      expect(said).toMatch(/engine "tfjs" can|Engine "tfjs" runs it|no engine trains/);
    expect(() => factory.inspect(network)).toThrow(EspalierError);
    const request = modelRequest(network.model as tf.LayersModel, []);
    await expect(factory.create(request)).rejects.toMatchObject({ code: 'ESPALIER_ENGINE_REFUSES' });
  });
});
