import type { Architecture, Engine, EngineState } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import {
  asking,
  at,
  change,
  denseEngine,
  engineOf,
  network,
  randomBatch,
  regression,
  request,
} from './support.js';

const architecture: Architecture = network(
  [4, 4, 1],
  { kind: 'conv2d', name: 'c', filters: 3, kernelSize: [2, 2] },
  { kind: 'batchNorm', name: 'n' },
  { kind: 'activation', name: 'a', activation: 'relu' },
  { kind: 'dropout', name: 'o', rate: 0.3 },
  { kind: 'flatten', name: 'f' },
  { kind: 'dense', name: 'd', units: 3 },
);
const optimizer = { use: 'adam', learningRate: 0.01 } as const;
const fresh = () => engineOf(architecture, { optimizer, loss: 'cross-entropy', density: 0.5 });
const batchAt = (step: number) => randomBatch(5, 16, 3, step, true);

async function train(engine: Engine, from: number, to: number) {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const options = { learningRate: 0.01, signals: asking('gradient'), accumulate: true };
    losses.push((await engine.trainStep(batchAt(step), request(step, options))).loss);
  }
  return losses;
}

/** Prunes the first active weight of each layer and grows the strongest inactive one. */
function rewire(engine: Engine, slots: 'zero' | 'keep') {
  engine.applyTopology(
    engine.layers.map((layer) => {
      const { positions } = layer.strongest('gradient', 1, layer.active, 0);
      return change({
        layer: layer.name,
        pruned: layer.active.slice(0, 1),
        grown: positions,
        grownValues: Float32Array.of(0.125),
        slots: { use: slots },
      });
    }),
  );
}

describe('save and load', () => {
  it.each(['zero', 'keep'] as const)('go on with the same bytes, with slots policy %s', async (slots) => {
    const first = await fresh();
    await train(first, 0, 4);
    rewire(first, slots);
    await train(first, 4, 6);
    const saved = await first.save();
    const second = await fresh();
    second.load(saved);
    expect(await second.save()).toEqual(saved);

    const continued = await train(first, 6, 9);
    expect(await train(second, 6, 9)).toEqual(continued);
    rewire(first, slots);
    rewire(second, slots);
    expect(await train(second, 9, 10)).toEqual(await train(first, 9, 10));
    expect(await second.save()).toEqual(await first.save());
  });

  it('give copies: the engine goes its own way', async () => {
    const engine = await fresh();
    const saved = await engine.save();
    const copy = structuredClone(saved);
    const other = await fresh();
    other.load(saved);
    await train(engine, 0, 2);
    await train(other, 0, 2);
    rewire(other, 'zero');
    expect(saved).toEqual(copy);
  });

  it('store kernels sparse', async () => {
    const { parameters, slots } = await (await fresh()).save();
    expect(parameters['d/kernel']?.positions).toHaveLength(41);
    expect(parameters['d/kernel']?.data).toHaveLength(41);
    expect(Object.keys(parameters)).toEqual([
      'c/kernel',
      'c/bias',
      'n/gamma',
      'n/beta',
      'n/moving_mean',
      'n/moving_variance',
      'd/kernel',
      'd/bias',
    ]);
    expect(Object.keys(slots)).toContain('second_moment/n/gamma');
    expect(Object.keys(slots)).not.toContain('second_moment/n/moving_mean');
  });
});

describe('load refuses what does not fit, and changes nothing', () => {
  const cases: readonly [string, (state: EngineState) => EngineState, RegExp][] = [
    [
      'a missing tensor',
      ({ slots, parameters: { 'd/bias': _, ...rest } }) => ({ slots, parameters: rest }),
      /no tensor "d\/bias"/,
    ],
    [
      'slots of another optimizer',
      ({ parameters }) => ({ parameters, slots: {} }),
      /no tensor "first_moment\/c\/kernel"/,
    ],
    [
      'another shape',
      ({ slots, parameters }) => ({
        slots,
        parameters: { ...parameters, 'd/bias': { shape: [2], data: new Float64Array(2) } },
      }),
      /"d\/bias" has shape \[2\] there and \[3\] here/,
    ],
    [
      'values that are too few',
      ({ slots, parameters }) => ({
        slots,
        parameters: { ...parameters, 'd/bias': { shape: [3], data: new Float64Array(2) } },
      }),
      /"d\/bias" has 2 values for 3 positions/,
    ],
  ];
  it.each(cases)('%s', async (_, spoil, message) => {
    const engine = await fresh();
    await train(engine, 0, 1);
    const before = await engine.save();
    const other = await fresh();
    await train(other, 0, 2);
    const spoilt = spoil(await other.save());
    expect(() => engine.load(spoilt)).toThrow(
      expect.objectContaining({ code: 'ESPALIER_DATA_SHAPE', message: expect.stringMatching(message) }),
    );
    expect(await engine.save()).toEqual(before);
  });
});

describe('dispose', () => {
  it('is harmless when repeated, and ends all use', async () => {
    const engine = await denseEngine(1, 1, { 0: 1 });
    const layer = engine.layers[0]!;
    const saved = await engine.save();
    engine.dispose();
    engine.dispose();
    const batch = regression([1], [0]);
    const uses: (() => unknown)[] = [
      () => engine.trainStep(batch, request(0)),
      () => engine.evaluate(batch),
      () => engine.applyTopology([]),
      () => engine.save(),
      () => engine.load(saved),
      () => layer.active,
      () => layer.weights(),
      () => layer.setWeights(Float32Array.of(1)),
      () => layer.signal('gradient', at(0)),
      () => layer.signal('momentum', at(0)),
      () => layer.strongest('gradient', 1, at(), 0),
      () => layer.scan('gradient', () => {}),
    ];
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ code: 'ESPALIER_DISPOSED' }));
  });
});
