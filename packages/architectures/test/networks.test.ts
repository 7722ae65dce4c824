import {
  ARCHITECTURES,
  architectureByName,
  fitInput,
  inferShapes,
  lenet5,
  lenet300100,
  maskableLayers,
  mlp,
  sizeOf,
  smallConvnet,
} from '@espalier/architectures';
import { describe, expect, it } from 'vitest';

const weights = (architecture: Parameters<typeof maskableLayers>[0]) =>
  maskableLayers(architecture).map(({ name, shape }) => [name, sizeOf(shape)]);

describe('the networks', () => {
  it('LeNet-300-100 has its 266 200 weights', () => {
    expect(weights(lenet300100())).toEqual([
      ['dense_1/kernel', 235200],
      ['dense_2/kernel', 30000],
      ['dense_3/kernel', 1000],
    ]);
  });

  it('LeNet-5 has the layer sizes of its paper', () => {
    expect(weights(lenet5())).toEqual([
      ['conv2d_1/kernel', 150],
      ['conv2d_2/kernel', 2400],
      ['dense_1/kernel', 48000],
      ['dense_2/kernel', 10080],
      ['dense_3/kernel', 840],
    ]);
  });

  it('convnet-small ends in ten logits', () => {
    expect(weights(smallConvnet())).toEqual([
      ['conv2d_1/kernel', 72],
      ['conv2d_2/kernel', 1152],
      ['conv2d_3/kernel', 4608],
      ['dense_1/kernel', 320],
    ]);
    expect(inferShapes(smallConvnet()).outputShape).toEqual([10]);
  });

  it('an mlp puts activation and dropout between its layers and ends in logits', () => {
    const { name, nodes } = mlp({ layers: [4, 3, 2], activation: 'tanh', dropout: 0.5 });
    expect(name).toBe('mlp-4-3-2');
    expect(nodes.map((node) => node.name)).toEqual(['dense_1', 'activation_1', 'dropout_1', 'dense_2']);
  });
});

describe('architectureByName', () => {
  it.each(Object.keys(ARCHITECTURES))('builds a consistent %s from its defaults', (name) => {
    expect(inferShapes(architectureByName(name)).outputShape).toEqual([10]);
  });

  it('passes options on', () => {
    expect(architectureByName('mlp', { layers: [4, 2] })).toEqual(mlp({ layers: [4, 2] }));
  });

  it.each([
    ['lenet6', {}, 'ESPALIER_UNKNOWN_ARCHITECTURE', /Did you mean "lenet5"/],
    ['toString', {}, 'ESPALIER_UNKNOWN_ARCHITECTURE', /"toString"/],
    ['mlp', { layer: [4, 2] }, 'ESPALIER_UNKNOWN_OPTION', /"mlp" has no option "layer".*"layers"/],
    ['lenet5', { layers: [4, 2] }, 'ESPALIER_UNKNOWN_OPTION', /"lenet5" has no option "layers"; it has none/],
    ['mlp', { layers: 4 }, 'ESPALIER_INVALID_OPTION', /"layers" of architecture "mlp" is 4/],
    ['mlp', { layers: [4, 'a'] }, 'ESPALIER_INVALID_OPTION', /"layers".*two or more positive integers/],
    ['mlp', { dropout: 1 }, 'ESPALIER_INVALID_OPTION', /"dropout".*\[0, 1\)/],
    ['mlp', { activation: 'rleu' }, 'ESPALIER_INVALID_OPTION', /"activation".*one of relu/],
  ])('refuses %s with %j', (name, options, code, message) => {
    expect(() => architectureByName(name, options)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('fitInput', () => {
  it('lets images pass into an input of as many values, and the other way round', () => {
    fitInput(lenet300100(), [28, 28, 1]);
    fitInput(lenet5(), [784]);
  });

  it('names both shapes where the numbers of values differ', () => {
    expect(() => fitInput(lenet300100(), [32, 32, 3])).toThrow(
      /ESPALIER_DATA_SHAPE.*\[32, 32, 3\] hold 3072 values.*\[784\]/,
    );
  });
});
