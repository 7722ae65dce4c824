import { maskableLayers } from '@espalier/architectures';
import type { EngineRequest, LatentOptions, Positions, StepRequest } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { describe, expect, it } from 'vitest';
import {
  asking,
  at,
  change,
  denseTensor,
  network,
  randomBatch,
  regression,
  request,
  source,
} from './support.js';

const NO_DECAY = { active: 0, inactive: 0 };
/** Inputs 1 and 2, target 0: with a weight w at the first input alone the gradient is (2 w, 4 w). */
const batch = regression([1, 2], [0]);
const oneUnit = network([2], { kind: 'dense', name: 'd', units: 1, bias: false });

interface Case {
  readonly trained?: Positions | 'all';
  readonly decay?: LatentOptions['decay'];
  readonly optimizer?: EngineRequest['optimizer'];
}

/** Two weights, 0.5 active and 3 off the mask. */
const engineOfTwo = ({ trained, decay = NO_DECAY, optimizer = { use: 'sgd', learningRate: 1 } }: Case = {}) =>
  referenceEngine().create({
    network: { architecture: oneUnit },
    loss: 'mean-squared-error',
    optimizer,
    random: source.stream,
    latent: { decay },
    start: [
      {
        name: 'd/kernel',
        active: at(0),
        weights: Float32Array.of(0.5),
        latent: Float32Array.of(0.5, 3),
        ...(trained && { trained }),
      },
    ],
  });

const step = (n: number, more: Partial<StepRequest> = {}) =>
  request(n, { learningRate: 0.125, signals: asking('weight'), ...more });
const both = at(0, 1);

describe('values off the mask', () => {
  it('do not take part in the forward pass, nor in gradients by activations', async () => {
    const architecture = network(
      [3],
      { kind: 'dense', name: 'first', units: 3 },
      { kind: 'dense', name: 'second', units: 2 },
    );
    const starts = maskableLayers(architecture).map(({ name, shape }) => {
      const size = shape[0]! * shape[1]!;
      const stream = source.stream('latent', name, 0);
      const latent = Float32Array.from({ length: size }, () => stream.normal());
      const active = at(...[...latent.keys()].filter((position) => position % 2 === 0));
      return { name, active, weights: Float32Array.from(active, (position) => latent[position]!), latent };
    });
    const common = {
      network: { architecture },
      loss: 'mean-squared-error',
      optimizer: { use: 'sgd', learningRate: 1 },
      random: source.stream,
    } as const;
    const latent = await referenceEngine().create({ ...common, start: starts, latent: { decay: NO_DECAY } });
    const start = starts.map(({ latent: _, ...masked }) => masked);
    const masked = await referenceEngine().create({ ...common, start });
    const asked = request(0, { signals: asking('gradient'), updateWeights: false });
    expect(await latent.trainStep(randomBatch(4, 3, 2), asked)).toEqual(
      await masked.trainStep(randomBatch(4, 3, 2), asked),
    );
    latent.layers.forEach((layer, i) => {
      const everywhere = at(...Array(layer.shape[0]! * layer.shape[1]!).keys());
      expect(layer.signal('gradient', everywhere)).toEqual(masked.layers[i]!.signal('gradient', everywhere));
    });
  });

  it('move by the gradient of the effective weight where they are trained, and are pulled by their own decay', async () => {
    const engine = await engineOfTwo({
      trained: 'all',
      decay: { active: 0.5, inactive: 0.25 },
      optimizer: { use: 'sgd', learningRate: 1, weightDecay: 1 },
    });
    await engine.trainStep(batch, step(0));
    // Active: 1 + 0.5 of decay and of weight decay; inactive: 2 + 0.25 of 3.
    expect(engine.layers[0]?.signal('weight', both)).toEqual(
      Float32Array.of(0.5 - 0.125 * (1 + 0.25 + 0.5), 3 - 0.125 * (2 + 0.75)),
    );
  });

  it.each(['sgd', 'adam', 'adamw'] as const)(
    '%s: stay with their slots as they are where they are not trained',
    async (use) => {
      const optimizer = { use, learningRate: 1, weightDecay: 0.5 };
      const engine = await engineOfTwo({ trained: at(), decay: { active: 1, inactive: 1 }, optimizer });
      for (let n = 0; n < 3; n++) await engine.trainStep(batch, step(n));
      expect(engine.layers[0]?.signal('weight', at(1))).toEqual(Float32Array.of(3));
      const { slots } = await engine.save();
      const optimized = Object.keys(slots).filter((name) => !/^(latent|trained)/.test(name));
      for (const name of optimized) expect(denseTensor({ slots, parameters: {} }, name, 'slots')[1]).toBe(0);
    },
  );

  it('adam: have an age of their own, which counts the steps in which they were trained', async () => {
    const engine = await engineOfTwo({ optimizer: { use: 'adam', learningRate: 1 } });
    await engine.trainStep(batch, step(0));
    engine.applyTopology([change({ trained: at(1) })]);
    await engine.trainStep(batch, step(1));
    expect(denseTensor(await engine.save(), 'age/d/kernel', 'slots')).toEqual([2, 1]);
    expect(engine.layers[0]?.signal('weight', at(1))[0]).toBeCloseTo(3 - 0.125, 6);
  });

  it('stay when a weight is pruned; grown weights get the values given', async () => {
    const engine = await engineOfTwo({ trained: 'all' });
    engine.applyTopology([change({ pruned: at(0), grown: at(1), grownValues: Float32Array.of(7) })]);
    await engine.trainStep(batch, step(0, { updateWeights: false }));
    const [layer] = engine.layers;
    expect([layer?.active, layer?.weights()]).toEqual([at(1), Float32Array.of(7)]);
    expect(layer?.signal('weight', both)).toEqual(Float32Array.of(0.5, 7));
    layer?.setWeights(Float32Array.of(-8));
    expect(layer?.signal('weight', both)).toEqual(Float32Array.of(0.5, -8));
    expect(layer?.strongest('weight', 1, at(), 0)).toEqual({ positions: at(1), scores: Float32Array.of(8) });
    layer?.scan('weight', (first, values) => expect([first, values]).toEqual([0, Float32Array.of(0.5, -8)]));
  });

  it.each([['all' as const], [at(1)], [at()]])('trained %s: go on from a saved state', async (trained) => {
    const optimizer = { use: 'adam', learningRate: 1 } as const;
    const first = await engineOfTwo({ trained, optimizer });
    await first.trainStep(batch, step(0));
    const second = await engineOfTwo({ optimizer });
    second.load(await first.save());
    for (const engine of [first, second]) {
      await engine.trainStep(batch, step(1));
      engine.applyTopology([change({ pruned: at(0) })]);
      await engine.trainStep(batch, step(2));
    }
    expect(await second.save()).toEqual(await first.save());
    expect(second.layers[0]?.signal('weight', both)).toEqual(first.layers[0]?.signal('weight', both));
  });

  it('are refused where none were announced, or trained where there are none', async () => {
    const start = [
      { name: 'd/kernel', active: at(0), weights: Float32Array.of(1), latent: new Float32Array(2) },
    ];
    const common = {
      network: { architecture: oneUnit },
      loss: 'mean-squared-error',
      optimizer: { use: 'sgd', learningRate: 1 },
      random: source.stream,
    } as const;
    await expect(referenceEngine().create({ ...common, start })).rejects.toThrow(/none were announced/);
    const short = [{ ...start[0]!, latent: new Float32Array(1) }];
    await expect(
      referenceEngine().create({ ...common, start: short, latent: { decay: NO_DECAY } }),
    ).rejects.toThrow(/2 are due/);
    const [{ latent: _, ...masked }] = start as [(typeof start)[0]];
    const engine = await referenceEngine().create({ ...common, start: [masked] });
    expect(() => engine.applyTopology([change({ trained: 'all' })])).toThrow(/keeps no values off the mask/);
  });
});

describe('momentum at every position', () => {
  const create = (denseMomentum: boolean) =>
    referenceEngine({ denseMomentum }).create({
      network: { architecture: oneUnit },
      loss: 'mean-squared-error',
      optimizer: { use: 'sgd', learningRate: 1, momentum: 0.5 },
      random: source.stream,
      start: [{ name: 'd/kernel', active: at(0), weights: Float32Array.of(0.5) }],
    });
  const still = (n: number) => request(n, { learningRate: 0, signals: asking('denseMomentum') });

  it('follows the gradient off the mask while weights there stay 0, and is kept by the policy keep', async () => {
    const engine = await create(true);
    const [layer] = engine.layers;
    await engine.trainStep(batch, still(0));
    await engine.trainStep(batch, still(1));
    expect(layer?.signal('denseMomentum', both)).toEqual(Float32Array.of(1.5, 3));
    expect(layer?.strongest('denseMomentum', 1, at(), 0).positions).toEqual(at(1));
    engine.applyTopology([
      change({ pruned: at(0), grown: at(1), grownValues: Float32Array.of(0), slots: { use: 'keep' } }),
    ]);
    await engine.trainStep(batch, request(2, { learningRate: 0.5, signals: asking('denseMomentum') }));
    // The output is 0 now, and so is the gradient: what moves the grown weight is the momentum it came with.
    expect(layer?.signal('denseMomentum', both)).toEqual(Float32Array.of(0.75, 1.5));
    expect(layer?.weights()).toEqual(Float32Array.of(-0.75));
    expect(denseTensor(await engine.save(), 'd/kernel')).toEqual([0, -0.75]);
  });

  it('is no signal of an engine that was not told to keep it', async () => {
    expect(referenceEngine().signals.has('denseMomentum')).toBe(false);
    const engine = await create(false);
    expect(() => engine.trainStep(batch, still(0))).toThrow(/no signal "denseMomentum"/);
  });
});
