import type { Engine, SlotPolicy } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { asking, at, change, denseEngine, denseTensor, regression, request } from './support.js';

const momentum = { use: 'sgd', learningRate: 0, momentum: 0.5 } as const;
/** Inputs 1, 2, 4, 8; at learning rate 0 one output of 0 and target -1/2 make the gradient equal to the inputs. */
const batch = regression([1, 2, 4, 8], [-0.5]);
const still = (step: number) => request(step, { learningRate: 0, signals: asking('gradient', 'momentum') });

/** Weights at positions 0 and 2 whose velocities are 1 and 4. */
async function ready(): Promise<Engine> {
  const engine = await denseEngine(4, 1, { 0: 0, 2: 0 }, { optimizer: momentum });
  await engine.trainStep(batch, still(0));
  return engine;
}

const slots = async (engine: Engine, name = 'momentum') =>
  denseTensor(await engine.save(), `${name}/d/kernel`, 'slots');

describe('applyTopology', () => {
  it('takes positions away, brings positions in, starts positions anew', async () => {
    const engine = await denseEngine(4, 1, { 0: 5, 1: 6, 2: 7 });
    engine.applyTopology([
      change({
        pruned: at(1),
        grown: at(3),
        grownValues: Float32Array.of(0.25),
        restarted: at(2),
        restartedValues: Float32Array.of(0.5),
      }),
    ]);
    const [layer] = engine.layers;
    expect(layer?.active).toEqual(at(0, 2, 3));
    expect(layer?.weights()).toEqual(Float32Array.of(5, 0.5, 0.25));
    expect(denseTensor(await engine.save(), 'd/kernel')).toEqual([5, 0, 0.5, 0.25]);
  });

  it('zero: new weights start with empty slots, pruned ones leave none', async () => {
    const engine = await ready();
    expect(await slots(engine)).toEqual([1, 0, 4, 0]);
    engine.applyTopology([change({ pruned: at(0), grown: at(1), restarted: at(2) })]);
    expect(await slots(engine)).toEqual([0, 0, 0, 0]);
  });

  it('keep: slots stay off the mask and are found again', async () => {
    const engine = await ready();
    const keep: SlotPolicy = { use: 'keep' };
    engine.applyTopology([change({ pruned: at(0), grown: at(1), restarted: at(2), slots: keep })]);
    expect(await slots(engine)).toEqual([1, 0, 4, 0]);
    await engine.trainStep(batch, still(1));
    engine.applyTopology([change({ grown: at(0), slots: keep })]);
    expect(engine.layers[0]?.active).toEqual(at(0, 1, 2));
    expect(await slots(engine)).toEqual([1, 2, 6, 0]);
  });

  it('layerMean: the mean of the slots before the change, pruned ones included', async () => {
    const engine = await ready();
    engine.applyTopology([change({ pruned: at(0), grown: at(1, 3), slots: { use: 'layerMean' } })]);
    expect(await slots(engine)).toEqual([0, 2.5, 4, 2.5]);
  });

  it("layerMean: adam's mean takes the rounded mean age, so that its correction fits", async () => {
    const adam = { use: 'adam', learningRate: 0 } as const;
    const engine = await denseEngine(4, 1, { 0: 0, 2: 0 }, { optimizer: adam });
    await engine.trainStep(batch, still(0));
    await engine.trainStep(batch, still(1));
    engine.applyTopology([change({ restarted: at(0) })]);
    engine.applyTopology([change({ grown: at(1), slots: { use: 'layerMean' } })]);
    expect(await slots(engine, 'age')).toEqual([0, 1, 2, 0]);
    const second = await slots(engine, 'second_moment');
    expect(second[1]).toBe(second[2]! / 2);
  });

  it('layerMean of an empty layer is zero', async () => {
    const engine = await denseEngine(2, 1, {}, { optimizer: momentum });
    engine.applyTopology([change({ grown: at(1), slots: { use: 'layerMean' } })]);
    expect(await slots(engine)).toEqual([0, 0]);
  });

  it('seed: the first moment starts as a multiple of the gradient, all other slots at zero', async () => {
    const adam = { use: 'adam', learningRate: 0 } as const;
    const engine = await denseEngine(4, 1, { 0: 0, 2: 0 }, { optimizer: adam });
    await engine.trainStep(batch, still(0));
    engine.applyTopology([change({ grown: at(1), restarted: at(2), slots: { use: 'seed', scale: 3 } })]);
    const first = await slots(engine, 'first_moment');
    expect(first.slice(1)).toEqual([6, 12, 0]);
    expect((await slots(engine, 'second_moment')).slice(1)).toEqual([0, 0, 0]);
    expect(await slots(engine, 'age')).toEqual([1, 0, 0, 0]);
  });
});

describe('applyTopology refuses, and changes nothing', () => {
  const good = change({ pruned: at(0) });
  it.each([
    ['an unknown layer', [good, change({ layer: 'd/kernle' })], /ESPALIER_UNKNOWN_LAYER.*"d\/kernel"/],
    ['two changes of a layer', [good, change({ grown: at(1) })], /same layer/],
    ['pruning what is not active', [change({ pruned: at(1) })], /prunes positions that are not active/],
    ['growing what is active', [change({ grown: at(2) })], /active already/],
    [
      'restarting what is not active',
      [change({ restarted: at(1) })],
      /restarts positions that are not active/,
    ],
    [
      'restarting what it prunes',
      [change({ pruned: at(0), restarted: at(0) })],
      /restarts positions that it prunes/,
    ],
    ['positions out of range', [change({ grown: at(4) })], /not ascending within 0 to 3/],
    ['positions out of order', [change({ grown: at(3, 1) })], /not ascending/],
    ['too few values', [change({ grown: at(1), grownValues: new Float32Array() })], /differ in length/],
  ])('%s', async (_, changes, message) => {
    const engine = await ready();
    const before = await engine.save();
    expect(() => engine.applyTopology(changes)).toThrow(message);
    expect(await engine.save()).toEqual(before);
  });

  it('seeding slots without a gradient signal', async () => {
    const engine = await ready();
    await engine.trainStep(batch, request(1));
    const seeded = change({ grown: at(1), slots: { use: 'seed', scale: 1 } });
    expect(() => engine.applyTopology([seeded])).toThrow(/seeded from the gradient signal/);
  });
});
