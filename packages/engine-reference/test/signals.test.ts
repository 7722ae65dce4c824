import type { Signal } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { asking, at, denseEngine, regression, request } from './support.js';

const batch = regression([1, -2, 4, -8], [-0.5]);
const opposite = regression([3, 0, 0, 0], [-0.5]);
const hold = (step: number, accumulate = false) =>
  request(step, { learningRate: 0, signals: asking('gradient'), accumulate });

const engineOfTwo = (use: 'sgd' | 'adam' = 'sgd') =>
  denseEngine(4, 1, { 0: 0, 2: 0 }, { optimizer: { use, learningRate: 0, momentum: 0.5 } });

describe('the gradient signal', () => {
  it('is there at any position, in every form', async () => {
    const engine = await engineOfTwo();
    await engine.trainStep(batch, hold(0));
    const layer = engine.layers[0]!;
    expect(layer.signal('gradient', at(0, 1, 3))).toEqual(Float32Array.of(1, -2, -8));
    expect(layer.strongest('gradient', 2, at(3), 0)).toEqual({
      positions: at(1, 2),
      scores: Float32Array.of(2, 4),
    });
    const seen = new Map<number, number>();
    layer.scan('gradient', (first, values) => {
      for (const [i, value] of values.entries()) seen.set(first + i, value);
    });
    expect([...seen]).toEqual([
      [0, 1],
      [1, -2],
      [2, 4],
      [3, -8],
    ]);
  });

  it('accumulated over batches is the sum of their own', async () => {
    const engine = await engineOfTwo();
    const layer = engine.layers[0]!;
    await engine.trainStep(batch, hold(0));
    await engine.trainStep(opposite, hold(1, true));
    expect(layer.signal('gradient', at(0, 1, 2, 3))).toEqual(Float32Array.of(4, -2, 4, -8));
    await engine.trainStep(opposite, hold(2));
    expect(layer.signal('gradient', at(0, 1, 2, 3))).toEqual(Float32Array.of(3, 0, 0, 0));
  });

  it('is let go by a step that does not ask for it', async () => {
    const engine = await engineOfTwo();
    const layer = engine.layers[0]!;
    await engine.trainStep(batch, hold(0));
    await engine.trainStep(batch, request(1, { learningRate: 0 }));
    expect(() => layer.signal('gradient', at(0))).toThrow(/not asked for the signal "gradient"/);
    await engine.trainStep(opposite, hold(2, true));
    expect(layer.signal('gradient', at(0, 1))).toEqual(Float32Array.of(3, 0));
  });
});

describe('the momentum signal', () => {
  const momentum = (step: number) => request(step, { learningRate: 0, signals: asking('momentum') });

  it('of sgd is the velocity', async () => {
    const engine = await engineOfTwo();
    await engine.trainStep(batch, momentum(0));
    await engine.trainStep(batch, momentum(1));
    expect(engine.layers[0]?.signal('momentum', at(0, 2))).toEqual(Float32Array.of(1.5, 6));
  });

  it('of adam is the first moment', async () => {
    const engine = await engineOfTwo('adam');
    await engine.trainStep(batch, momentum(0));
    expect(engine.layers[0]?.signal('momentum', at(2))[0]).toBeCloseTo(0.4, 6);
  });

  it('exists at active positions only', async () => {
    const engine = await engineOfTwo();
    await engine.trainStep(batch, momentum(0));
    const layer = engine.layers[0]!;
    expect(() => layer.signal('momentum', at(0, 1))).toThrow(/no momentum at position 1/);
    expect(() => layer.strongest('momentum', 1, at(), 0)).toThrow(/active positions only/);
    expect(() => layer.scan('momentum', () => {})).toThrow(/active positions only/);
  });
});

it('signals not asked for can not be read, and ones that there are none of not be asked for', async () => {
  const engine = await engineOfTwo();
  await engine.trainStep(batch, hold(0));
  const layer = engine.layers[0]!;
  expect(() => layer.signal('momentum', at(0))).toThrow(TypeError);
  expect(() => layer.strongest('curvature', 1, at(), 0)).toThrow(/not asked for the signal "curvature"/);
  const wrong = request(1, { signals: new Set<Signal>(['gradeint']) });
  expect(() => engine.trainStep(batch, wrong)).toThrow(/ESPALIER_ENGINE_REFUSES.*"gradient"/);
});
