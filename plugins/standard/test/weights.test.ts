import { describeLayer, type LayerDescription } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { planStart, recipeOf } from '../../../test/support/pipeline.js';
import standard from '../src/index.js';

const LAYERS: readonly LayerDescription[] = [
  { name: 'fc/kernel', kind: 'dense', shape: [400, 300] },
  { name: 'conv/kernel', kind: 'convolution', shape: [3, 3, 16, 64], groups: 2 },
  { name: 'depth/kernel', kind: 'depthwise', shape: [5, 5, 128, 2] },
];

const start = (weights: string, density: number, layers = LAYERS) =>
  planStart(recipeOf({ plugins: [standard], method: 'static', overrides: { weights } }), layers, { density });

/** Mean square of the weights divided by what it should be, weight by weight. */
function relativeVariance(
  plan: Awaited<ReturnType<typeof start>>,
  index: number,
  variance: (fanIn: number, fanOut: number) => number,
): number {
  const shape = describeLayer(LAYERS[index]!, index);
  const { active, weights } = plan.layers[index]!;
  const into = new Map<number, number>();
  const out = new Map<number, number>();
  for (const p of active) {
    into.set(shape.unitOf(p), (into.get(shape.unitOf(p)) ?? 0) + 1);
    out.set(shape.inputOf(p), (out.get(shape.inputOf(p)) ?? 0) + 1);
  }
  let total = 0;
  for (const [i, p] of active.entries()) {
    const due = variance(into.get(shape.unitOf(p))!, out.get(shape.inputOf(p))!);
    total += weights![i]! ** 2 / due;
  }
  return total / active.length;
}

describe('weight initialisers', () => {
  it.each([
    ['he', (fanIn: number) => 2 / fanIn],
    ['lecun', (fanIn: number) => 1 / fanIn],
    ['glorot', (fanIn: number, fanOut: number) => 2 / (fanIn + fanOut)],
  ])('%s has the variance of the active fans', async (name, variance) => {
    for (const density of [0.2, 1]) {
      const plan = await start(name, density);
      for (const i of LAYERS.keys()) {
        // The relative standard error of a variance is sqrt(2 / n).
        const n = plan.layers[i]!.active.length;
        expect(Math.abs(relativeVariance(plan, i, variance) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
      }
    }
  });

  it('give a layer the same weights whatever stands beside it', async () => {
    const alone = (await start('he', 1, LAYERS.slice(1, 2))).layers[0]!;
    const among = (await start('he', 1)).layers[1]!;
    expect(alone.weights).toEqual(among.weights);
  });

  it('skip units without inputs', async () => {
    const plan = await start('he', 0.01, [{ name: 'fc', kind: 'dense', shape: [10, 200] }]);
    expect(plan.layers[0]!.weights!.every(Number.isFinite)).toBe(true);
    expect(plan.layers[0]!.active.length).toBe(20);
  });
});

describe('topology uniform', () => {
  it('spreads the weights evenly', async () => {
    const { active } = (await start('he', 0.3, [{ name: 'fc', kind: 'dense', shape: [100, 100] }]))
      .layers[0]!;
    for (let quarter = 0; quarter < 4; quarter++) {
      const inside = active.filter((p) => Math.floor(p / 2500) === quarter).length;
      // Mean 750, hypergeometric standard deviation about 20.
      expect(Math.abs(inside - 750)).toBeLessThan(100);
    }
  });
});
