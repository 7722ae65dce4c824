import { maskableLayers } from '@espalier/architectures';
import { type ArchitectureNode, describeLayer } from '@espalier/core';
import { describe, expect, it } from 'vitest';

const layersOf = (inputShape: readonly number[], ...nodes: readonly ArchitectureNode[]) =>
  maskableLayers({ name: 'probe', inputShape, nodes });

const sourcesOf = (inputShape: readonly number[], ...nodes: readonly ArchitectureNode[]) =>
  Object.fromEntries(layersOf(inputShape, ...nodes).map(({ name, sources }) => [name, sources]));

describe('the sources of a kernel', () => {
  it('are found through everything that keeps channels apart, and none stand for the input', () => {
    const sources = sourcesOf(
      [8, 8, 3],
      { kind: 'dropout', name: 'dropped', rate: 0.1 },
      { kind: 'conv2d', name: 'conv', filters: 4, kernelSize: [3, 3], padding: 'same' },
      { kind: 'batchNorm', name: 'norm' },
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'maxPool2d', name: 'pool', poolSize: [2, 2] },
      { kind: 'flatten', name: 'flat' },
      { kind: 'dense', name: 'head', units: 5 },
    );
    expect(sources).toEqual({ 'conv/kernel': [], 'head/kernel': ['conv/kernel'] });
  });

  it('of a sum are those of all its terms, each once', () => {
    const sources = sourcesOf(
      [6],
      { kind: 'dense', name: 'a', units: 4 },
      { kind: 'dense', name: 'b', units: 4 },
      { kind: 'add', name: 'sum', inputs: ['a', 'b', 'a'] },
      { kind: 'dense', name: 'c', units: 2 },
    );
    expect(sources).toEqual({
      'a/kernel': [],
      'b/kernel': ['a/kernel'],
      'c/kernel': ['a/kernel', 'b/kernel'],
    });
  });

  it('are left out where the input of the network is added to units of layers', () => {
    const [first, second] = layersOf(
      [4],
      { kind: 'dense', name: 'a', units: 4 },
      { kind: 'add', name: 'skip', inputs: ['a', 'input'] },
      { kind: 'dense', name: 'b', units: 2 },
    );
    expect(first?.sources).toEqual([]);
    expect(second).not.toHaveProperty('sources');
  });

  it('give input i by unit i modulo units', () => {
    const [depthwise, head] = layersOf(
      [5, 4, 3],
      { kind: 'depthwiseConv2d', name: 'depthwise', kernelSize: [2, 2], depthMultiplier: 2 },
      { kind: 'flatten', name: 'flat' },
      { kind: 'dense', name: 'head', units: 2 },
    ).map(describeLayer);
    expect(head?.sources).toEqual([depthwise?.name]);
    expect([depthwise?.units, head?.inputs]).toEqual([6, 4 * 3 * 6]);
  });
});
