import { drawBatch, requestFor, stepRequest } from '@espalier/conformance';
import type { Architecture, Engine, TopologyChange } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

// So wide that threads share a tile: one node with a kernel at every pixel, an activation of its own, and dropout.
const wide: Architecture = {
  name: 'wide',
  inputShape: [3, 2],
  nodes: [
    { kind: 'dense', name: 'a', units: 40_000 },
    { kind: 'activation', name: 'r', activation: 'relu' },
    { kind: 'dropout', name: 'd', rate: 0.2 },
    { kind: 'flatten', name: 'f' },
    { kind: 'dense', name: 'b', units: 7 },
    { kind: 'activation', name: 't', activation: 'tanh' },
    { kind: 'dense', name: 'c', units: 3 },
  ],
};
const request = requestFor(wide, { density: 0.01, optimizer: { momentum: 0.9 } });

/** Some weights less and more others: the kernel needs other memory. */
function widen(engine: Engine): TopologyChange[] {
  const layer = engine.layers[1]!;
  const active = new Set(layer.active);
  const inactive = Array.from({ length: 120_000 * 7 }, (_, p) => p).filter((p) => !active.has(p));
  const grown = Uint32Array.from(inactive.filter((_, i) => i % 11 === 0));
  return [
    {
      layer: layer.name,
      pruned: Uint32Array.from([...active].filter((_, i) => i % 4 === 0)),
      grown,
      grownValues: Float32Array.from(grown, (p) => 0.01 * Math.cos(p)),
      restarted: new Uint32Array(0),
      restartedValues: new Float32Array(0),
      slots: { use: 'zero' },
    },
  ];
}

async function train(engine: Engine) {
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const batch = drawBatch(step, 21, wide.inputShape, 3);
    losses.push((await engine.trainStep(batch, stepRequest(step))).loss);
    if (step === 1) engine.applyTopology(widen(engine));
  }
  const batch = drawBatch(9, 21, wide.inputShape, 3);
  const { loss } = await engine.evaluate(batch);
  const weights = engine.layers.map((layer) => layer.weights());
  const active = engine.layers.map((layer) => layer.active);
  engine.dispose();
  return { losses: [...losses, loss], weights, active };
}

describe('networks that threads share tiles of', () => {
  it('train as the reference does, to the same bytes with any number of threads', async () => {
    const one = await train(await sparseEngine({ threads: 1 }).create(request));
    const three = await train(await sparseEngine({ threads: 3 }).create(request));
    expect(three).toEqual(one);
    const expected = await train(await referenceEngine().create(request));
    expect(one.active).toEqual(expected.active);
    for (const [i, loss] of one.losses.entries()) expect(loss).toBeCloseTo(expected.losses[i]!, 4);
    one.weights.forEach((weights, l) => {
      const furthest = weights.reduce(
        (most, w, i) => Math.max(most, Math.abs(w - expected.weights[l]![i]!)),
        0,
      );
      expect(furthest).toBeLessThan(1e-4);
    });
  }, 60_000);
});
