import { drawBatch, requestFor, stepRequest } from '@espalier/conformance';
import type { Architecture, Engine } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

// Images too large for a core's cache, so that tiles have four examples; rows of them that blocks of pixels do not
// divide. Gradients are written into the borders of the layers before by convolutions and by every kind of pool.
const large: Architecture = {
  name: 'large images',
  inputShape: [31, 29, 2],
  nodes: [
    { kind: 'conv2d', name: 'a', filters: 8, kernelSize: [3, 3], padding: 'same' },
    { kind: 'activation', name: 'ra', activation: 'relu' },
    { kind: 'conv2d', name: 'b', filters: 8, kernelSize: [3, 3], padding: 'valid' },
    { kind: 'activation', name: 'rb', activation: 'relu' },
    { kind: 'maxPool2d', name: 'overlapping', poolSize: [3, 3], strides: [1, 1], padding: 'same' },
    { kind: 'conv2d', name: 'c', filters: 9, kernelSize: [3, 3], strides: [2, 2], padding: 'same' },
    { kind: 'activation', name: 'rc', activation: 'relu' },
    { kind: 'averagePool2d', name: 'halves', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
    { kind: 'conv2d', name: 'd', filters: 5, kernelSize: [2, 2], padding: 'same' },
    { kind: 'globalAveragePool', name: 'mean' },
    { kind: 'dense', name: 'head', units: 3 },
  ],
};
/** The same with batch normalisation, which holds all tiles. */
const normalised: Architecture = {
  ...large,
  name: 'large images, normalised',
  nodes: large.nodes.flatMap((node) =>
    node.name === 'rb' || node.name === 'rc' ? [{ kind: 'batchNorm', name: `n${node.name}` }, node] : [node],
  ),
};
const SIZE = 7;

async function train(engine: Engine) {
  const losses: number[] = [];
  for (let step = 0; step < 2; step++) {
    const batch = drawBatch(step, SIZE, large.inputShape, 3);
    losses.push((await engine.trainStep(batch, stepRequest(step))).loss);
  }
  const strongest = engine.layers.map((layer) => layer.strongest('gradient', 12, layer.active, 0));
  const sampled = engine.layers.map((layer) => layer.signal('gradient', layer.active));
  const weights = engine.layers.map((layer) => layer.weights());
  engine.dispose();
  return { losses, strongest, sampled, weights };
}

describe('images beyond the cache of a core', () => {
  it.each([large, normalised])(
    'train as the reference does, and give its gradient: $name',
    async (network) => {
      const request = requestFor(network, { density: 0.3, optimizer: { momentum: 0.9 } });
      const own = await train(await sparseEngine({ threads: 2 }).create(request));
      const expected = await train(await referenceEngine().create(request));
      expectNear(own.losses, expected.losses);
      own.weights.forEach((weights, i) => {
        expectNear(weights, expected.weights[i]!);
      });
      own.sampled.forEach((values, i) => {
        expectNear(values, expected.sampled[i]!);
      });
      own.strongest.forEach(({ positions, scores }, i) => {
        expect(positions).toEqual(expected.strongest[i]!.positions);
        expectNear(scores, expected.strongest[i]!.scores);
      });
    },
  );
});

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(actual.length).toBe(expected.length);
  const furthest = Array.from(expected).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - actual[i]!)),
    0,
  );
  expect(furthest).toBeLessThan(2e-5);
}
