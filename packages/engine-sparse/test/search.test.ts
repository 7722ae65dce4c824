import { drawBatch, requestFor, stepRequest } from '@espalier/conformance';
import { type Architecture, type Positions, strongestOf } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { expect, it } from 'vitest';
import { guessBound, SAMPLE_BYTES, sampleStep } from '../src/signals/sample.js';

/** Enough rows and positions that a sample of them is looked at first. */
const wide: Architecture = {
  name: 'wide',
  inputShape: [400],
  nodes: [
    { kind: 'dense', name: 'a', units: 203 },
    { kind: 'dense', name: 'b', units: 3 },
  ],
};
const SIZE = 400 * 203;

/** What inputs are multiplied by, by row. */
const SCALES = {
  'all alike': () => 1,
  'larger where the sample looks': (row: number) => (row % 16 === 0 ? 1000 : 1),
  'larger where the sample does not look': (row: number) => (row % 16 === 0 ? 0.001 : 1),
  '0 but in a few rows': (row: number) => (row % 37 === 0 ? 1 : 0),
  'smaller than float32 divides by': () => 1e-36,
};

it.each(Object.entries(SCALES))('finds the strongest that a scan shows, inputs %s', async (_, scale) => {
  for (const threads of [1, 2]) {
    const engine = await sparseEngine({ threads }).create(requestFor(wide, { density: 0.05 }));
    const batch = drawBatch(5, 40, wide.inputShape, 3);
    const inputs = batch.inputs.map((value, i) => value * scale(i % 400)) as Float32Array;
    engine.trainStep({ ...batch, inputs }, stepRequest(0, { signals: new Set(['gradient']) }));
    const [layer] = engine.layers;
    const gradient = new Float32Array(SIZE);
    layer!.scan('gradient', (first, values) => gradient.set(values, first));
    for (const excluded of [layer!.active, layer!.active.slice(0, 0) as Positions]) {
      for (const limit of [1, 100, 6000, 15000, 60000]) {
        for (const atLeast of [0, 1e-3]) {
          const found = layer!.strongest('gradient', limit, excluded, atLeast);
          const expected = strongestOf(gradient, limit, excluded, atLeast);
          expect(Buffer.compare(bytesOf(found.positions), bytesOf(expected.positions))).toBe(0);
          expect(Buffer.compare(bytesOf(found.scores), bytesOf(expected.scores))).toBe(0);
        }
      }
    }
    engine.dispose();
  }
});

it('guesses a bound that somewhat more reach than are sought', () => {
  const histograms = new Uint32Array((2 * SAMPLE_BYTES) / 4);
  for (const [bucket, count] of [
    [5000, 30],
    [4000, 90],
    [3000, 1000],
  ]) {
    histograms[bucket!] = count!;
    histograms[SAMPLE_BYTES / 4 + bucket!] = count!;
  }
  expect(guessBound(histograms, 16, 1)).toBe(5000 * 2 ** 18);
  expect(guessBound(histograms, 100, 1)).toBe(4000 * 2 ** 18);
  expect(guessBound(histograms, 1600, 1 / 16)).toBe(4000 * 2 ** 18);
  expect(guessBound(histograms, 100_000, 1)).toBe(0);
});

it('samples where there are many rows and candidates, and few of them are sought', () => {
  expect(sampleStep(1000, 1_000_000, 5000)).toBe(16);
  expect(sampleStep(120, 1_000_000, 5000)).toBe(5);
  expect(sampleStep(50, 1_000_000, 5000)).toBeUndefined();
  expect(sampleStep(1000, 10_000, 500)).toBeUndefined();
  expect(sampleStep(1000, 1_000_000, 300_000)).toBeUndefined();
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
