import { createRandomSource, type EngineRequest, type LayerDescription, type Loss } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';

const { layers } = tf;

/** Models that have every layer between them that can be converted; built anew at every call. */
export const MODELS: Readonly<Record<string, () => tf.LayersModel>> = {
  perceptron: () =>
    sequential([
      layers.dense({ units: 9, inputShape: [7], activation: 'relu', name: 'hidden' }),
      layers.dropout({ rate: 0.3, seed: 5, name: 'drop' }),
      layers.dense({ units: 8, activation: 'gelu_new' as 'relu', useBias: false, name: 'layer2' }),
      layers.activation({ activation: 'linear' }),
      layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
    ]),
  convnet: () =>
    sequential([
      layers.conv2d({
        filters: 5,
        kernelSize: 3,
        inputShape: [9, 8, 2],
        padding: 'same',
        useBias: false,
        name: 'layer4',
      }),
      layers.batchNormalization({ momentum: 0.8, epsilon: 0.01, name: 'norm' }),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
      layers.depthwiseConv2d({
        kernelSize: [2, 3],
        depthMultiplier: 2,
        activation: 'tanh',
        name: 'depthwise',
      }),
      layers.averagePooling2d({ poolSize: [2, 1], strides: [1, 1], padding: 'same' }),
      layers.leakyReLU({ alpha: 0.1 }),
      layers.flatten(),
      layers.dense({ units: 4, name: 'layer7' }),
      layers.softmax(),
    ]),
  sequences: () =>
    sequential([
      layers.conv1d({
        filters: 6,
        kernelSize: 3,
        strides: 2,
        inputShape: [14, 3],
        activation: 'relu',
        name: 'layer8',
      }),
      layers.batchNormalization({ axis: 2, name: 'layer9' }),
      layers.maxPooling1d({ poolSize: 2, strides: 1 }),
      layers.conv1d({ filters: 4, kernelSize: 2, padding: 'same', activation: 'sigmoid', name: 'layer10' }),
      layers.averagePooling1d({ poolSize: 2 }),
      layers.dense({ units: 5, name: 'layer11' }),
      layers.globalAveragePooling1d({}),
      layers.dense({ units: 3, name: 'layer12' }),
    ]),
  largest: () =>
    sequential([
      layers.conv1d({ filters: 6, kernelSize: 4, inputShape: [14, 3], name: 'windows' }),
      layers.globalMaxPooling1d({}),
      layers.dense({ units: 3, name: 'head' }),
    ]),
  residual: () => {
    const input = tf.input({ shape: [6, 6, 3] });
    const stem = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'stem' }).apply(input);
    const inner = sequential(
      [
        layers.conv2d({ filters: 3, kernelSize: 1, inputShape: [6, 6, 3], name: 'inside' }),
        layers.batchNormalization({ name: 'norm' }),
      ],
      'block',
    );
    const sum = layers.add({ name: 'sum' }).apply([stem, inner.apply(stem), input] as tf.SymbolicTensor[]);
    const means = layers.globalAveragePooling2d({}).apply(sum);
    const largest = layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }).apply(sum);
    const both = layers.add().apply([means, largest] as tf.SymbolicTensor[]);
    const head = layers.dense({ units: 4, activation: 'softmax', name: 'head' }).apply(both);
    return named(tf.model({ inputs: input, outputs: head as tf.SymbolicTensor }));
  },
  nested: () => {
    const first = sequential([layers.dense({ units: 6, inputShape: [5], name: 'a' })], 'first');
    const inner = sequential([layers.dense({ units: 6, inputShape: [6], name: 'b' })], 'inner');
    const second = sequential(
      [inner, layers.dense({ units: 4, name: 'c', activation: 'softmax' })],
      'second',
    );
    return sequential([first, layers.activation({ activation: 'tanh' }), second]);
  },
  reshaped: () =>
    sequential([
      layers.reshape({ targetShape: [6, 6, 1], inputShape: [36] }),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, name: 'layer20' }),
      layers.reshape({ targetShape: [16] }),
      layers.dense({ units: 3, name: 'layer21' }),
    ]),
};

function sequential(all: tf.layers.Layer[], name?: string): tf.Sequential {
  const model = tf.sequential(name === undefined ? {} : { name });
  for (const layer of all) model.add(layer);
  return named(model);
}

/** Gives all weights values that do not depend on anything; variances are above 0. */
function named<M extends tf.LayersModel>(model: M): M {
  const stream = createRandomSource(5).stream('test:model', '', 0);
  for (const weight of model.weights) {
    const isVariance = weight.originalName.endsWith('moving_variance');
    const size = weight.shape.reduce<number>((product, n) => product * n!, 1);
    const values = Float32Array.from({ length: size }, () =>
      isVariance ? 0.5 + stream.uniform() : 0.4 * stream.normal(),
    );
    const tensor = tf.tensor(values, weight.shape as number[]);
    weight.write(tensor);
    tensor.dispose();
  }
  return model;
}

/** A request for a model that keeps its weights, at about half their positions. */
export function modelRequest(
  model: tf.LayersModel,
  descriptions: readonly LayerDescription[],
  options: { loss?: Loss; density?: number } = {},
): EngineRequest {
  const random = createRandomSource(3);
  return {
    network: { model },
    loss: options.loss ?? 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 0.1, momentum: 0.9 },
    start: descriptions.map(({ name, shape }) => {
      const stream = random.stream('test:positions', name, 0);
      const size = shape.reduce((product, n) => product * n, 1);
      const all = Array.from({ length: size }, (_, position) => position);
      return {
        name,
        active: Uint32Array.from(all.filter(() => stream.uniform() < (options.density ?? 0.5))),
      };
    }),
    random: (purpose, name, step) => random.stream(purpose, name, step),
  };
}
