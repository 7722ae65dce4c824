import { maskableLayers } from '@espalier/architectures';
import { NETWORKS } from '@espalier/conformance';
import type { EngineFactory } from '@espalier/core';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

const { layers } = tf;
let factory: EngineFactory;
beforeAll(async () => {
  factory = await tfjsEngine({ backend: 'wasm' });
});

const sourcesOf = (model: tf.LayersModel) =>
  Object.fromEntries(factory.inspect({ model }).map(({ name, sources }) => [name, sources]));

describe('the sources of the kernels of a model', () => {
  it.each(NETWORKS)('$architecture.name: those of the architecture that it is', ({ architecture }) => {
    expect(factory.inspect({ architecture })).toEqual(maskableLayers(architecture));
  });

  it('are found through activations, norms, pools and flattening, inside a separable layer too', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [9, 9, 2], activation: 'relu', name: 'conv' }),
        layers.batchNormalization({}),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.separableConv2d({ filters: 5, kernelSize: 2, name: 'apart' }),
        layers.flatten({}),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 3, name: 'head' }),
      ],
    });
    expect(sourcesOf(model)).toEqual({
      'conv/kernel': [],
      'apart/depthwise_kernel': ['conv/kernel'],
      'apart/pointwise_kernel': ['apart/depthwise_kernel'],
      'head/kernel': ['apart/pointwise_kernel'],
    });
  });

  it('are found through nested models and sums', () => {
    const input = tf.input({ shape: [4] });
    const a = layers.dense({ units: 4, name: 'a' }).apply(input) as tf.SymbolicTensor;
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        layers.dense({ units: 4, inputShape: [4], name: 'b' }),
        layers.activation({ activation: 'tanh' }),
      ],
    });
    const sum = layers.add().apply([a, inner.apply(a) as tf.SymbolicTensor]);
    const output = layers.dense({ units: 2, name: 'c' }).apply(sum) as tf.SymbolicTensor;
    expect(sourcesOf(tf.model({ inputs: input, outputs: output }))).toEqual({
      'a/kernel': [],
      'inner/b/kernel': ['a/kernel'],
      'c/kernel': ['a/kernel', 'inner/b/kernel'],
    });
  });

  it.each<[string, (first: tf.SymbolicTensor) => unknown]>([
    ['channels are put side by side', (x) => layers.concatenate().apply([x, x])],
    ['axes change places', (x) => layers.permute({ dims: [2, 1] }).apply(x)],
    ['rows begin in the middle of the channels', (x) => layers.reshape({ targetShape: [8, 3] }).apply(x)],
    [
      'a layer that is not trained lies between',
      (x) => layers.dense({ units: 4, trainable: false }).apply(x),
    ],
  ])('are left out where %s', (_, between) => {
    const input = tf.input({ shape: [6, 4] });
    const first = layers.dense({ units: 4, name: 'first' }).apply(input) as tf.SymbolicTensor;
    const output = layers.dense({ units: 2, name: 'last' }).apply(between(first) as tf.SymbolicTensor);
    const [, last] = factory.inspect({
      model: tf.model({ inputs: input, outputs: output as tf.SymbolicTensor }),
    });
    expect(last?.name).toBe('last/kernel');
    expect(last).not.toHaveProperty('sources');
  });

  it('are left out where a layer has others in another place', () => {
    const shared = layers.dense({ units: 4, name: 'shared' });
    const input = tf.input({ shape: [4] });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const output = layers.dense({ units: 2, name: 'head' }).apply(twice) as tf.SymbolicTensor;
    expect(sourcesOf(tf.model({ inputs: input, outputs: output }))).toEqual({
      'shared/kernel': undefined,
      'head/kernel': ['shared/kernel'],
    });
  });
});
