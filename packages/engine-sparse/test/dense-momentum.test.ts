import {
  changeOf,
  drawBatch,
  expectClose,
  expectSameState,
  NETWORKS,
  requestFor,
  stepRequest,
} from '@espalier/conformance';
import type { EngineLayer, OptimizerOptions } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { use: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.05 },
  { use: 'adam', learningRate: 0.01, weightDecay: 0.05, epsilon: 1e-4 },
];
const sparse = sparseEngine({ threads: 2, denseMomentum: true });
const reference = referenceEngine({ denseMomentum: true });
const signals = new Set(['denseMomentum']);

function momentumOf(layer: EngineLayer): Float32Array {
  let all = new Float32Array();
  layer.scan('denseMomentum', (_, values) => {
    all = Float32Array.from([...all, ...values]);
  });
  return all;
}

describe.each(NETWORKS)('momentum at every position of $architecture.name', ({ architecture, outputs }) => {
  const batch = (seed: number) => drawBatch(seed, 19, architecture.inputShape, outputs);

  it.each(OPTIMIZERS)('$use: is that of the reference, over topology changes', async (optimizer) => {
    for (const slots of [{ use: 'keep' }, { use: 'zero' }] as const) {
      const request = requestFor(architecture, { optimizer });
      let ours = await sparse.create(request);
      const theirs = await reference.create(request);
      for (let step = 0; step < 5; step++) {
        // Half of the steps accumulate a gradient besides: momentum takes each batch by itself.
        const asked = step % 2 === 0 ? signals : new Set(['denseMomentum', 'gradient']);
        const { learningRate } = optimizer;
        const one = stepRequest(step, {
          signals: asked,
          learningRate,
          accumulate: step > 0,
          updateWeights: step !== 3,
        });
        await ours.trainStep(batch(step), one);
        await theirs.trainStep(batch(step), one);
        theirs.layers.forEach((layer, i) => {
          expectClose(momentumOf(ours.layers[i]!), momentumOf(layer), 1e-3, `${layer.name} at step ${step}`);
        });
        if (step !== 1 && step !== 2) continue;
        const changes = changeOf(theirs, slots);
        ours.applyTopology(changes);
        theirs.applyTopology(changes);
        const saved = structuredClone(await ours.save());
        ours.dispose();
        ours = await sparse.create(request);
        ours.load(saved);
      }
      await expectSameState(ours, theirs, 2e-3);
      ours.dispose();
    }
  });
});

describe('an engine that keeps momentum at every position', () => {
  const { architecture, outputs } = NETWORKS[0]!;
  const batch = drawBatch(1, 9, architecture.inputShape, outputs);

  it('finds the strongest, and reads any position', async () => {
    const engine = await sparse.create(requestFor(architecture, { optimizer: OPTIMIZERS[0]! }));
    await engine.trainStep(batch, stepRequest(0, { signals }));
    const [layer] = engine.layers;
    const all = momentumOf(layer!);
    const { positions, scores } = layer!.strongest('denseMomentum', 3, layer!.active, 0);
    expect(positions.length).toBe(3);
    expect(scores).toEqual(Float32Array.from(positions, (position) => Math.abs(all[position]!)));
    expect(layer!.signal('denseMomentum', positions)).toEqual(Float32Array.from(positions, (p) => all[p]!));
    engine.dispose();
  });

  it('lets it be read only where the step was asked for it, and holds no gradient for it', async () => {
    const engine = await sparse.create(requestFor(architecture));
    await engine.trainStep(batch, stepRequest(0, { signals: new Set() }));
    const [layer] = engine.layers;
    expect(() => layer!.signal('denseMomentum', Uint32Array.of(0))).toThrow(
      /not asked for the signal "denseM/,
    );
    expect(() => layer!.signal('gradient', Uint32Array.of(0))).toThrow(/not asked for the signal "gradient"/);
    engine.dispose();
  });

  it('is one that was told to', async () => {
    expect(sparse.signals.has('denseMomentum')).toBe(true);
    expect(sparseEngine().signals.has('denseMomentum')).toBe(false);
    const engine = await sparseEngine().create(requestFor(architecture));
    expect(() => engine.trainStep(batch, stepRequest(0, { signals }))).toThrow(/no signal "denseMomentum"/);
    engine.dispose();
  });
});
