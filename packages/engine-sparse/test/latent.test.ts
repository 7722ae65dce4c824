import {
  changeOf,
  drawBatch,
  expectClose,
  expectSameState,
  NETWORKS,
  requestFor,
  stepRequest,
} from '@espalier/conformance';
import type {
  Architecture,
  EngineLayer,
  EngineRequest,
  OptimizerOptions,
  SlotPolicy,
  StartLayer,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { use: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.05, nesterov: true },
  { use: 'adam', learningRate: 0.01, weightDecay: 0.05, epsilon: 1e-4 },
  { use: 'adamw', learningRate: 0.01, weightDecay: 0.5, epsilon: 1e-4 },
];
const POLICIES: readonly SlotPolicy[] = [
  { use: 'keep' },
  { use: 'zero' },
  { use: 'layerMean' },
  { use: 'seed', scale: 0.5 },
];
const sparse = sparseEngine({ threads: 2, denseState: 'allow' });
const reference = referenceEngine();
const signals = new Set(['weight', 'gradient']);

/** Every position has a value. @param trained - which of a layer's positions the optimizer moves */
function latentRequest(
  architecture: Architecture,
  optimizer: OptimizerOptions,
  trained: (layer: number, size: number) => NonNullable<StartLayer['trained']>,
): EngineRequest {
  const request = requestFor(architecture, { optimizer });
  const layers = reference.inspect({ architecture });
  const start = request.start.map((layer, i): StartLayer => {
    const size = layers[i]!.shape.reduce((product, n) => product * n, 1);
    const latent = Float32Array.from({ length: size }, (_, p) => Math.cos(3 * p + i) / 2);
    layer.active.forEach((position, k) => {
      latent[position] = layer.weights![k]!;
    });
    return { ...layer, latent, trained: trained(i, size) };
  });
  return { ...request, start, latent: { decay: { active: 0.02, inactive: 0.3 } } };
}

const everyFifth = (_: number, size: number) =>
  Uint32Array.from({ length: Math.ceil(size / 5) }, (_, k) => 5 * k);

function scanned(layer: EngineLayer, signal: string): Float32Array {
  let all = new Float32Array();
  layer.scan(signal, (_, values) => {
    all = Float32Array.from([...all, ...values]);
  });
  return all;
}

describe.each(NETWORKS)('values off the mask of $architecture.name', ({ architecture, outputs }) => {
  const batch = (seed: number) => drawBatch(seed, 19, architecture.inputShape, outputs);

  it.each(OPTIMIZERS)('$use: are those of the reference, over topology changes', async (optimizer) => {
    for (const slots of POLICIES) {
      // Few are trained in the first layer, whose gradients are made one by one, and all in the others.
      const request = latentRequest(architecture, optimizer, (i, size) =>
        i > 0 ? 'all' : everyFifth(i, size),
      );
      let ours = await sparse.create(request);
      const theirs = await reference.create(request);
      for (let step = 0; step < 5; step++) {
        const { learningRate } = optimizer;
        // The optimizer takes each batch by itself, whether or not a gradient is summed besides.
        const summed = { signals, accumulate: step > 0 };
        const one = stepRequest(step, {
          learningRate,
          updateWeights: step !== 3,
          ...(step === 4 ? { signals: new Set(['weight']) } : summed),
        });
        await ours.trainStep(batch(step), one);
        await theirs.trainStep(batch(step), one);
        theirs.layers.forEach((layer, i) => {
          const what = `${layer.name} at step ${step} with slots ${slots.use}`;
          expectClose(scanned(ours.layers[i]!, 'weight'), scanned(layer, 'weight'), 1e-3, what);
        });
        if (step !== 1 && step !== 2) continue;
        const changes = changeOf(theirs, slots).map((change) =>
          step === 1 ? change : { ...change, trained: 'all' as const },
        );
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

/** Two inputs and two units; of the second input no weight is active. */
const square: Architecture = {
  name: 'square',
  inputShape: [2],
  nodes: [{ kind: 'dense', name: 'd', units: 2 }],
};
const squareStart = { name: 'd/kernel', active: Uint32Array.of(0, 1), weights: Float32Array.of(0.5, -0.25) };
const squareRequest = (trained: StartLayer['trained']): EngineRequest => ({
  ...requestFor(square, { optimizer: { use: 'sgd', learningRate: 0.1, momentum: 0.5 } }),
  start: [{ ...squareStart, latent: Float32Array.of(0.5, -0.25, 3, -4), trained: trained! }],
  latent: { decay: { active: 0, inactive: 0 } },
});
const examples = (second: number) => ({
  size: 2,
  inputs: Float32Array.of(1, second, 0.5, 1),
  labels: Uint8Array.of(0, 1),
});

describe('an engine that keeps values off the mask', () => {
  it('finds the strongest, and reads any position', async () => {
    const engine = await sparse.create(squareRequest('all'));
    const { layers } = engine;
    await engine.trainStep(examples(1), stepRequest(0, { signals, updateWeights: false }));
    expect(layers[0]!.signal('weight', Uint32Array.of(1, 3))).toEqual(Float32Array.of(-0.25, -4));
    const { positions, scores } = layers[0]!.strongest('weight', 1, Uint32Array.of(3), 0);
    expect([...positions, ...scores]).toEqual([2, 3]);
    await engine.trainStep(examples(1), stepRequest(1));
    expect(() => layers[0]!.signal('weight', Uint32Array.of(0))).toThrow(/not asked for the signal "weight"/);
    engine.dispose();
  });

  it.each(['all', Uint32Array.of(2)] as const)(
    'moves nothing where a gradient that it uses is not finite: %s',
    async (trained) => {
      const engine = await sparse.create(squareRequest(trained));
      await engine.trainStep(examples(1), stepRequest(0));
      const before = await engine.save();
      // No active weight sees it, so that loss and gradients at the weights are finite.
      expect(() => engine.trainStep(examples(Number.POSITIVE_INFINITY), stepRequest(1))).toThrow(
        /NOT_FINITE\] At step 1 the gradient by d\/kernel is not finite/,
      );
      expect(await engine.save()).toEqual({
        ...before,
        slots: expect.objectContaining(trainable(before.slots)),
      });
      await engine.trainStep(examples(1), stepRequest(2));
      engine.dispose();
    },
  );

  it('minds no gradient that it does not use', async () => {
    const engine = await sparse.create(squareRequest(new Uint32Array()));
    await engine.trainStep(examples(Number.POSITIVE_INFINITY), stepRequest(0));
    expect(engine.layers[0]!.weights().every(Number.isFinite)).toBe(true);
    engine.dispose();
  });

  it('minds where momentum alone would follow such a gradient', async () => {
    const engine = await sparseEngine({ threads: 1, denseMomentum: true }).create({
      ...requestFor(square),
      start: [squareStart],
    });
    await engine.trainStep(examples(1), stepRequest(0));
    const { parameters, slots } = await engine.save();
    expect(() => engine.trainStep(examples(Number.NaN), stepRequest(1))).toThrow(/ESPALIER_NOT_FINITE/);
    expect(() => engine.trainStep(examples(Number.NEGATIVE_INFINITY), stepRequest(1))).toThrow(/NOT_FINITE/);
    const after = await engine.save();
    expect(after.parameters).toEqual(parameters);
    expect(trainable(after.slots)).toEqual(trainable(slots));
    engine.dispose();
  });

  it('shows the weights to whoever reads values without keeping any off the mask', async () => {
    const engine = await sparse.create({ ...requestFor(square), start: [squareStart] });
    await engine.trainStep(examples(1), stepRequest(0, { signals, updateWeights: false }));
    expect(scanned(engine.layers[0]!, 'weight')).toEqual(Float32Array.of(0.5, -0.25, 0, 0));
    engine.dispose();
  });

  it('refuses values and sets that do not go with the layer', async () => {
    const { latent, ...plain } = squareRequest('all');
    await expect(sparse.create(plain)).rejects.toThrow(/has 4 values off the mask; none were announced/);
    const [short] = plain.start.map((layer) => ({ ...layer, latent: new Float32Array(3) }));
    await expect(sparse.create({ ...plain, latent: latent!, start: [short!] })).rejects.toThrow(
      /has 3 values off the mask; 4 are due/,
    );
    const engine = await sparse.create({ ...requestFor(square), start: [squareStart] });
    const changes = changeOf(engine, { use: 'zero' }).map((change) => ({
      ...change,
      trained: 'all' as const,
    }));
    expect(() => engine.applyTopology(changes)).toThrow(/the layer keeps no values off the mask/);
    engine.dispose();
  });

  it('is one that was told to; any other shows what it would take', async () => {
    expect(sparse.signals.has('weight')).toBe(true);
    const plain = sparseEngine();
    expect(plain.signals.has('weight')).toBe(false);
    await expect(plain.create(squareRequest('all'))).rejects.toThrow(
      /ENGINE_REFUSES\].* 4 positions x 3 x 4 bytes = 0\.0 MiB.*denseState: allow, or use engine "tfjs"/,
    );
  });
});

/** What of the slots training goes on from: batches that were held for signals are let go by a step that fails. */
function trainable(slots: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(slots).filter(([name]) => !name.startsWith('held_batch/')));
}
