import { lenet300100, maskableLayers, mlp } from '@espalier/architectures';
import type { Batch, TopologyChange } from '@espalier/core';
import { newPositions } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asking,
  at,
  change,
  denseEngine,
  denseTensor,
  engineOf,
  network,
  randomBatch,
  regression,
  request,
  source,
} from './support.js';

describe('referenceEngine', () => {
  it('runs architectures, and says which engine runs models', () => {
    const factory = referenceEngine();
    const architecture = lenet300100();
    expect(factory.refuses({ architecture })).toEqual([]);
    expect(factory.inspect({ architecture })).toEqual(maskableLayers(architecture));
    expect(factory.refuses({ model: {} })).toEqual([expect.stringContaining('"tfjs"')]);
    expect(() => factory.inspect({ model: {} })).toThrow(/ESPALIER_ENGINE_REFUSES/);
  });

  it.each([
    ['other layers', [], /starting layers are none, but the network has d\/kernel/],
    ['no weights', [{ name: 'd/kernel', active: at(0) }], /has no weights/],
    [
      'weights for other positions',
      [{ name: 'd/kernel', active: at(0, 1), weights: new Float32Array(1) }],
      /1 weights for 2/,
    ],
    [
      'positions out of range',
      [{ name: 'd/kernel', active: at(2), weights: new Float32Array(1) }],
      /within 0 to 1/,
    ],
  ])('refuses to start from %s', async (_, start, message) => {
    await expect(denseEngine(2, 1, {}, { start })).rejects.toThrow(message);
  });

  it('refuses cross-entropy on an image', async () => {
    const architecture = network([2, 2, 1], { kind: 'activation', name: 'a', activation: 'relu' });
    await expect(engineOf(architecture, { loss: 'cross-entropy' })).rejects.toThrow(
      /ESPALIER_INVALID_ARCHITECTURE.*logits of shape \[classes\]/,
    );
  });
});

describe('batches that do not fit', () => {
  const inputs = new Float32Array(4);
  const cases: readonly [string, Batch, RegExp][] = [
    ['no examples', { size: 0, inputs: new Float32Array(), labels: new Uint8Array() }, /its size is 0/],
    ['too few inputs', { size: 3, inputs, labels: new Uint8Array(3) }, /4 input values.*shape \[2\] have 6/],
    ['no labels', { size: 2, inputs }, /has no labels/],
    ['too few labels', { size: 2, inputs, labels: new Uint8Array(1) }, /has 1 labels/],
    [
      'a label out of range',
      { size: 2, inputs, labels: Uint8Array.of(1, 3) },
      /example 1 has label 3; with 3 outputs labels are 0 to 2/,
    ],
  ];
  it.each(cases)('%s', async (_, batch, message) => {
    const engine = await denseEngine(2, 3, { 0: 1 }, { loss: 'cross-entropy' });
    const wanted = expect.objectContaining({
      code: 'ESPALIER_DATA_SHAPE',
      message: expect.stringMatching(message),
    });
    expect(() => engine.trainStep(batch, request(0))).toThrow(wanted);
    expect(() => engine.evaluate(batch)).toThrow(wanted);
  });

  it('no targets, or too few', async () => {
    const engine = await denseEngine(2, 3, { 0: 1 });
    expect(() => engine.predict?.(inputs, 3)).toThrow(/4 input values.*shape \[2\] have 6/);
    expect(() => engine.evaluate({ size: 2, inputs })).toThrow(/no target values/);
    expect(() => engine.evaluate({ size: 2, inputs, targets: new Float32Array(5) })).toThrow(/have 6/);
  });
});

describe('losses', () => {
  const logits = (values: Readonly<Record<number, number>>) =>
    denseEngine(1, 3, values, { loss: 'cross-entropy' });
  const labelled = (...labels: number[]): Batch => ({
    size: labels.length,
    inputs: new Float32Array(labels.length).fill(1),
    labels: Uint8Array.from(labels),
  });

  it('cross-entropy by hand: sums at evaluation, the mean in training', async () => {
    const engine = await logits({ 0: Math.log(2), 1: Math.log(5), 2: 0 });
    const batch = labelled(0, 1);
    const expected = -Math.log(2 / 8) - Math.log(5 / 8);
    const sums = await engine.evaluate(batch);
    expect(sums).toEqual({ examples: 2, loss: expect.closeTo(expected, 6), correct: 1 });
    const { loss } = await engine.trainStep(batch, request(0));
    expect(loss).toBeCloseTo(expected / 2, 6);
  });

  it('cross-entropy of huge logits does not overflow', async () => {
    const sums = await (await logits({ 0: 1e30, 1: -1e30 })).evaluate(labelled(0));
    expect(sums.loss).toBe(0);
  });

  it('mean squared error: the mean over outputs, summed over examples', async () => {
    const engine = await denseEngine(1, 2, { 0: 1, 1: 1 });
    const sums = await engine.evaluate(regression([1, 1], [0, 0, 0, 3], 2));
    expect(sums).toEqual({ examples: 2, loss: 1 + (1 + 4) / 2 });
  });
});

describe('a step without the optimizer', () => {
  it('leaves weights and slots alone and moves batch statistics', async () => {
    const architecture = network(
      [3],
      { kind: 'dense', name: 'd', units: 2 },
      { kind: 'batchNorm', name: 'n' },
    );
    const engine = await engineOf(architecture, { optimizer: { use: 'adam', learningRate: 1 } });
    const before = await engine.save();
    await engine.trainStep(randomBatch(4, 3, 2), request(0, { updateWeights: false }));
    const after = await engine.save();
    const { 'n/moving_mean': mean, 'n/moving_variance': variance, ...rest } = before.parameters;
    expect(after.slots).toEqual(before.slots);
    expect(after.parameters).toEqual(expect.objectContaining(rest));
    expect(after.parameters['n/moving_mean']).not.toEqual(mean);
    expect(after.parameters['n/moving_variance']).not.toEqual(variance);
  });
});

describe('dropout', () => {
  it('drops where the number of the keyed stream is below the rate and scales the rest', async () => {
    const engine = await engineOf(network([8], { kind: 'dropout', name: 'o', rate: 0.75 }));
    const stream = source.stream('dropout', 'o', 3);
    const targets = Array.from({ length: 16 }, () => (stream.uniform() < 0.75 ? 0 : 4));
    expect(new Set(targets).size).toBe(2);
    const batch = regression(new Array(16).fill(1), targets, 2);
    expect(await engine.trainStep(batch, request(3))).toEqual({ loss: 0 });
    expect((await engine.trainStep(batch, request(4))).loss).toBeGreaterThan(0);
  });
});

describe('what is not finite', () => {
  const architecture = network(
    [2],
    { kind: 'dense', name: 'd', units: 2 },
    { kind: 'batchNorm', name: 'n' },
    { kind: 'activation', name: 'a', activation: 'relu' },
  );

  it('ends the step naming step and node, and changes nothing', async () => {
    const engine = await engineOf(architecture);
    await engine.trainStep(randomBatch(2, 2, 2), request(0));
    const before = await engine.save();
    const spoilt = regression([Number.NaN, 1, 1, 1], [0, 0, 0, 0], 2);
    expect(() => engine.trainStep(spoilt, request(17))).toThrow(
      expect.objectContaining({
        code: 'ESPALIER_NOT_FINITE',
        message: expect.stringMatching(/step 17 the loss is NaN, first in the output of "d"/),
      }),
    );
    expect(await engine.save()).toEqual(before);
  });

  it('is noticed in gradients too, at inactive positions where these are asked for', async () => {
    const engine = await denseEngine(2, 1, { 1: 0 });
    const batch = regression([Number.POSITIVE_INFINITY, 1], [1]);
    await engine.trainStep(batch, request(0, { updateWeights: false }));
    expect(() => engine.trainStep(batch, request(1, { signals: asking('gradient') }))).toThrow(
      /ESPALIER_NOT_FINITE.*step 1 the gradient by d\/kernel/,
    );
    await engine.trainStep(batch, request(2));
    expect(denseTensor(await engine.save(), 'd/kernel')).toEqual([0, 2]);
  });
});

describe('setWeights', () => {
  it('replaces the active weights', async () => {
    const engine = await denseEngine(3, 1, { 0: 1, 2: 2 });
    const layer = engine.layers[0]!;
    layer.setWeights(Float32Array.of(3, 4));
    expect(denseTensor(await engine.save(), 'd/kernel')).toEqual([3, 0, 4]);
    expect(() => layer.setWeights(Float32Array.of(3))).toThrow(/2 active weights, but got 1/);
  });

  it('gives copies of them', async () => {
    const layer = (await denseEngine(1, 1, { 0: 1 })).layers[0]!;
    layer.weights()[0] = 9;
    expect(layer.weights()[0]).toBe(1);
  });
});

describe('weights off the mask', () => {
  const optimizers = fc.constantFrom(
    { use: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 } as const,
    { use: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true } as const,
    { use: 'adam', learningRate: 0.1, weightDecay: 0.1 } as const,
    { use: 'adamw', learningRate: 0.1, weightDecay: 0.1 } as const,
  );
  const policies = fc.constantFrom(
    { use: 'zero' } as const,
    { use: 'layerMean' } as const,
    { use: 'seed', scale: 0.5 } as const,
  );
  const rounds = fc.array(
    fc.record({ mask: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), slots: policies }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );

  it('stay exactly 0, and so do their slots, through any steps and topology changes', async () => {
    await fc.assert(
      fc.asyncProperty(optimizers, rounds, async (optimizer, changes) => {
        const engine = await denseEngine(4, 3, { 0: 0.5, 5: -0.5, 7: 0.25 }, { optimizer });
        const layer = engine.layers[0]!;
        for (const [step, { mask, slots }] of changes.entries()) {
          const options = { learningRate: 0.1, signals: asking('gradient') };
          await engine.trainStep(randomBatch(2, 4, 3, step), request(step, options));
          engine.applyTopology([toMask(layer.active, mask, slots)]);
          await engine.trainStep(randomBatch(2, 4, 3, step + 50), request(step, options));
          const state = await engine.save();
          expect([...layer.active]).toEqual([...mask.keys()].filter((position) => mask[position]));
          for (const values of [
            denseTensor(state, 'd/kernel'),
            ...Object.keys(state.slots)
              .filter((name) => !name.startsWith('gradient'))
              .map((name) => denseTensor(state, name, 'slots')),
          ]) {
            expect(values.filter((value, position) => !mask[position] && value !== 0)).toEqual([]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  function toMask(
    active: ArrayLike<number>,
    mask: readonly boolean[],
    slots: TopologyChange['slots'],
  ): TopologyChange {
    const before = new Set(Array.from(active));
    const where = (holds: (position: number, wanted: boolean) => boolean) => {
      const chosen = [...mask.keys()].filter((position) => holds(position, mask[position] === true));
      const positions = newPositions(mask.length, chosen.length);
      positions.set(chosen);
      return positions;
    };
    return change({
      pruned: where((position, wanted) => before.has(position) && !wanted),
      grown: where((position, wanted) => !before.has(position) && wanted),
      restarted: where((position, wanted) => before.has(position) && wanted && position % 3 === 0),
      slots,
    });
  }
});

describe('training', () => {
  it('LeNet-300-100 at 98 % sparsity learns a few hundred examples', async () => {
    const engine = await engineOf(lenet300100(), {
      density: 0.02,
      loss: 'cross-entropy',
      optimizer: { use: 'sgd', learningRate: 0.1, momentum: 0.9 },
    });
    // Class c is bright in every tenth pixel from c on.
    const batches = Array.from({ length: 8 }, (_, i) => {
      const batch = randomBatch(32, 784, 10, i, true);
      const inputs = batch.inputs.map((noise, k) => {
        const label = batch.labels![Math.floor(k / 784)]!;
        return 0.3 * noise + ((k % 784) % 10 === label ? 1 : 0);
      });
      return { ...batch, inputs };
    });
    const lossOver = async () => {
      let sum = 0;
      for (const batch of batches) sum += (await engine.evaluate(batch)).loss;
      return sum / 256;
    };
    const before = await lossOver();
    for (let step = 0; step < 80; step++) {
      await engine.trainStep(batches[step % 8]!, request(step, { learningRate: 0.1 }));
    }
    expect(await lossOver()).toBeLessThan(before / 2);
  });

  it('is reproducible to the byte', async () => {
    const run = async () => {
      const engine = await engineOf(mlp({ layers: [6, 5, 3], dropout: 0.2 }), { density: 0.5 });
      for (let step = 0; step < 5; step++)
        await engine.trainStep(randomBatch(4, 6, 3, step), request(step, { learningRate: 0.1 }));
      return engine.save();
    };
    expect(await run()).toEqual(await run());
  });
});
