import { inferShapes, maskableLayers, outputShape } from '@espalier/architectures';
import type { Architecture, ArchitectureNode } from '@espalier/core';
import { describe, expect, it } from 'vitest';

const image = (nodes: readonly ArchitectureNode[], inputShape = [7, 6, 4]): Architecture => ({
  name: 'probe',
  inputShape,
  nodes,
});

const shapeOf = (node: ArchitectureNode) => outputShape(image([node]));

describe('inferShapes', () => {
  it('gives every kind of node its output shape', () => {
    const name = 'x';
    expect(shapeOf({ kind: 'dense', name, units: 3 })).toEqual([7, 6, 3]);
    expect(shapeOf({ kind: 'conv2d', name, filters: 8, kernelSize: [3, 2] })).toEqual([5, 5, 8]);
    expect(
      shapeOf({ kind: 'conv2d', name, filters: 8, kernelSize: [3, 3], strides: [2, 4], padding: 'same' }),
    ).toEqual([4, 2, 8]);
    expect(shapeOf({ kind: 'depthwiseConv2d', name, kernelSize: [3, 3], depthMultiplier: 2 })).toEqual([
      5, 4, 8,
    ]);
    expect(shapeOf({ kind: 'batchNorm', name })).toEqual([7, 6, 4]);
    expect(shapeOf({ kind: 'activation', name, activation: 'gelu' })).toEqual([7, 6, 4]);
    expect(shapeOf({ kind: 'maxPool2d', name, poolSize: [2, 2] })).toEqual([3, 3, 4]);
    expect(shapeOf({ kind: 'averagePool2d', name, poolSize: [2, 4], padding: 'same' })).toEqual([4, 2, 4]);
    expect(shapeOf({ kind: 'maxPool2d', name, poolSize: [3, 3], strides: [1, 1] })).toEqual([5, 4, 4]);
    expect(shapeOf({ kind: 'globalMaxPool', name })).toEqual([4]);
    expect(shapeOf({ kind: 'flatten', name })).toEqual([168]);
    expect(shapeOf({ kind: 'dropout', name, rate: 0.5 })).toEqual([7, 6, 4]);
    expect(shapeOf({ kind: 'add', name, inputs: ['input', 'input'] })).toEqual([7, 6, 4]);
  });

  it('describes kernels canonically, with groups and output positions', () => {
    const layers = maskableLayers(
      image([
        { kind: 'conv2d', name: 'c', filters: 6, kernelSize: [3, 2], groups: 2 },
        { kind: 'depthwiseConv2d', name: 'd', kernelSize: [2, 2], depthMultiplier: 3, bias: false },
        { kind: 'dense', name: 'f', units: 5 },
      ]),
    );
    expect(layers).toEqual([
      {
        name: 'c/kernel',
        kind: 'convolution',
        shape: [3, 2, 2, 6],
        groups: 2,
        outputPositions: 25,
        sources: [],
      },
      {
        name: 'd/kernel',
        kind: 'depthwise',
        shape: [2, 2, 6, 3],
        groups: 6,
        outputPositions: 16,
        sources: ['c/kernel'],
      },
      { name: 'f/kernel', kind: 'dense', shape: [18, 5], outputPositions: 16, sources: ['d/kernel'] },
    ]);
  });

  it('lists parameters with their roles', () => {
    const shaped = inferShapes(
      image([
        { kind: 'conv2d', name: 'c', filters: 6, kernelSize: [1, 1] },
        { kind: 'batchNorm', name: 'n' },
      ]),
    );
    const roles = shaped.nodes.flatMap(({ parameters }) =>
      parameters.map(({ name, shape, role }) => [name, shape, role]),
    );
    expect(roles).toEqual([
      ['c/kernel', [1, 1, 4, 6], 'kernel'],
      ['c/bias', [6], 'bias'],
      ['n/gamma', [6], 'gamma'],
      ['n/beta', [6], 'beta'],
      ['n/moving_mean', [6], 'movingMean'],
      ['n/moving_variance', [6], 'movingVariance'],
    ]);
  });

  it('follows named inputs around a residual block and fills in defaults', () => {
    const shaped = inferShapes(
      image([
        { kind: 'conv2d', name: 'c1', filters: 4, kernelSize: [3, 3], padding: 'same' },
        { kind: 'activation', name: 'a', activation: 'relu' },
        { kind: 'conv2d', name: 'c2', filters: 4, kernelSize: [3, 3], padding: 'same' },
        { kind: 'add', name: 'sum', inputs: ['c2', 'input'] },
      ]),
    );
    expect(shaped.nodes.map(({ inputs }) => inputs)).toEqual([['input'], ['c1'], ['a'], ['c2', 'input']]);
    expect(shaped.nodes[0]?.node).toEqual({
      kind: 'conv2d',
      name: 'c1',
      inputs: ['input'],
      filters: 4,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'same',
      groups: 1,
      bias: true,
    });
    expect(shaped.outputShape).toEqual([7, 6, 4]);
  });
});

describe('inferShapes refuses', () => {
  const dense = (name: string, more: object = {}) =>
    ({ kind: 'dense', name, units: 3, ...more }) as ArchitectureNode;
  const cases: readonly [what: string, architecture: Architecture, message: RegExp][] = [
    ['no nodes', image([]), /no nodes/],
    ['an impossible input', image([dense('a')], [0]), /inputShape of probe is \[0\]/],
    ['a repeated name', image([dense('a'), dense('a')]), /"a".*names must be unique/],
    ['a node called input', image([dense('input')]), /choose another name/],
    ['an unknown input', image([dense('abc'), dense('b', { inputs: ['abd'] })]), /Did you mean "abc"/],
    ['an input from later on', image([dense('a', { inputs: ['b'] }), dense('b')]), /"b" is declared later/],
    ['two inputs for one', image([dense('a', { inputs: ['input', 'input'] })]), /takes one input, but has 2/],
    ['an unknown kind', image([dense('a', { kind: 'denes' })]), /no kind "denes".*"dense"/],
    ['units of a half', image([dense('a', { units: 0.5 })]), /units is 0.5; it must be a positive integer/],
    [
      'images for vectors',
      image([
        { kind: 'flatten', name: 'f' },
        { kind: 'globalMaxPool', name: 'g' },
      ]),
      /"g".*"f" gives \[168\]/,
    ],
    [
      'a window too large',
      image([{ kind: 'conv2d', name: 'c', filters: 2, kernelSize: [9, 9] }]),
      /\[9, 9\] does not fit into 7 x 6/,
    ],
    [
      'groups that do not divide the inputs',
      image([{ kind: 'conv2d', name: 'c', filters: 6, kernelSize: [1, 1], groups: 3 }]),
      /3 groups do not divide its 4 input channels/,
    ],
    [
      'groups that do not divide the filters',
      image([{ kind: 'conv2d', name: 'c', filters: 6, kernelSize: [1, 1], groups: 4 }]),
      /4 groups do not divide its 6 filters/,
    ],
    [
      'a sum of unequal shapes',
      image([dense('a'), { kind: 'add', name: 's', inputs: ['a', 'input'] }]),
      /"a" gives \[7, 6, 3\] and "input" gives \[7, 6, 4\]/,
    ],
    ['a sum of one', image([{ kind: 'add', name: 's', inputs: ['input'] }]), /two inputs or more, but has 1/],
    [
      'a dropout of all',
      image([{ kind: 'dropout', name: 'd', rate: 1 }]),
      /rate is 1; it must be a number in \[0, 1\)/,
    ],
    [
      'a pool size without width',
      image([{ kind: 'maxPool2d', name: 'p', poolSize: [2] as unknown as [number, number] }]),
      /poolSize is \[2\]; it must be two positive integers/,
    ],
  ];
  it.each(cases)('%s', (_, architecture, message) => {
    expect(() => inferShapes(architecture)).toThrow(
      expect.objectContaining({
        code: 'ESPALIER_INVALID_ARCHITECTURE',
        message: expect.stringMatching(message),
      }),
    );
  });
});
