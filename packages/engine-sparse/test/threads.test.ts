import { availableParallelism } from 'node:os';
import { drawBatch, requestFor, stepRequest } from '@espalier/conformance';
import type { Architecture } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const perceptron: Architecture = {
  name: 'perceptron',
  inputShape: [300],
  nodes: [
    { kind: 'dense', name: 'a', units: 150 },
    { kind: 'activation', name: 'r', activation: 'relu' },
    { kind: 'dense', name: 'b', units: 10 },
  ],
};

/** Its pixels are more work than its weights. */
const convnet: Architecture = {
  name: 'convnet',
  inputShape: [20, 20, 1],
  nodes: [
    { kind: 'conv2d', name: 'c', filters: 8, kernelSize: [3, 3], padding: 'same' },
    { kind: 'batchNorm', name: 'n' },
    { kind: 'activation', name: 'r', activation: 'relu' },
    { kind: 'globalAveragePool', name: 'g' },
    { kind: 'dense', name: 'd', units: 10 },
  ],
};

/** The weights after steps with batches of some sizes. */
async function train(threads: number | undefined, sizes: readonly number[], architecture = perceptron) {
  const factory = sparseEngine(threads === undefined ? {} : { threads });
  const engine = await factory.create(requestFor(architecture, { density: 0.5 }));
  for (const [step, size] of sizes.entries()) {
    await engine.trainStep(drawBatch(step, size, architecture.inputShape, 10), stepRequest(step));
  }
  const weights = engine.layers.map((layer) => layer.weights());
  engine.dispose();
  return { threads: engine.threads, weights };
}

describe('threads by default', () => {
  it('leave steps of little work to one, and share the others', async () => {
    const few = await train(undefined, [32, 20]);
    expect(few.weights).toEqual((await train(1, [32, 20])).weights);
    const many = await train(undefined, [128, 160]);
    expect(many.weights).toEqual((await train(many.threads, [128, 160])).weights);
  });

  it('count what is done with values besides', async () => {
    const shared = await train(undefined, [64], convnet);
    expect(shared.threads).toBe(Math.min(64, availableParallelism()));
    expect(shared.weights).toEqual((await train(shared.threads, [64], convnet)).weights);
  });
});
