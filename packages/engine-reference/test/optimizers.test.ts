import type { Engine, OptimizerOptions } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import {
  asking,
  at,
  change,
  denseEngine,
  denseTensor,
  engineOf,
  network,
  regression,
  request,
} from './support.js';

/** One input of 1, one weight, target 0: the loss is w^2 and its gradient 2 w. */
const batch = regression([1], [0]);
const STEP = 0.1;

async function weightsAfter(optimizer: Omit<OptimizerOptions, 'learningRate'>, steps: number, weight = 1) {
  const engine = await denseEngine(1, 1, { 0: weight }, { optimizer: { learningRate: STEP, ...optimizer } });
  const weights: number[] = [];
  for (let step = 0; step < steps; step++) {
    await engine.trainStep(batch, request(step, { learningRate: STEP }));
    weights.push(denseTensor(await engine.save(), 'd/kernel')[0]!);
  }
  return weights;
}

function expectClose(found: readonly number[], expected: readonly number[]) {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(value, `step ${i}`).toBeCloseTo(expected[i]!, 10);
  });
}

describe('two steps by hand', () => {
  it('sgd: w -= 0.1 x 2 w', async () => expectClose(await weightsAfter({ use: 'sgd' }, 2), [0.8, 0.64]));

  // v = 2, then 0.5 x 2 + 1.6 = 2.6.
  it('momentum', async () => expectClose(await weightsAfter({ use: 'sgd', momentum: 0.5 }, 2), [0.8, 0.54]));

  // g + 0.5 v = 2 + 1 = 3; then g = 1.4, v = 1 + 1.4 = 2.4, g + 0.5 v = 2.6.
  it('Nesterov momentum', async () =>
    expectClose(await weightsAfter({ use: 'sgd', momentum: 0.5, nesterov: true }, 2), [0.7, 0.44]));

  // g = 2 + 0.5 x 1 = 2.5; then 1.5 + 0.375 = 1.875.
  it('sgd with weight decay', async () =>
    expectClose(await weightsAfter({ use: 'sgd', weightDecay: 0.5 }, 2), [0.75, 0.5625]));

  // The first step has the size of the rate. Then g = 1.8, m = 0.5 x 1 + 0.5 x 1.8 = 1.4, m' = 1.4 / 0.75,
  // v = 0.75 x 1 + 0.25 x 3.24 = 1.56, v' = 1.56 / 0.4375.
  const second = 0.9 - (STEP * (1.4 / 0.75)) / Math.sqrt(1.56 / 0.4375);
  it('adam', async () =>
    expectClose(await weightsAfter({ use: 'adam', beta1: 0.5, beta2: 0.75, epsilon: 0 }, 2), [0.9, second]));

  it('adam adds epsilon to the root of the corrected second moment', async () =>
    expectClose(await weightsAfter({ use: 'adam', epsilon: 2 }, 1), [1 - STEP * (2 / (2 + 2))]));

  // Coupled: g = 2 + 0.5 only changes what is normalised away at first.
  it('adam with weight decay takes it into the gradient', async () => {
    const options = { use: 'adam', weightDecay: 0.5, epsilon: 0.5 } as const;
    expectClose(await weightsAfter(options, 1), [1 - STEP * (2.5 / (2.5 + 0.5))]);
  });

  it('adamw decays the weight itself by the rate', async () => {
    const options = { use: 'adamw', weightDecay: 0.5, epsilon: 0.5 } as const;
    expectClose(await weightsAfter(options, 1), [1 - STEP * (2 / (2 + 0.5)) - STEP * 0.5]);
  });
});

describe('weight decay', () => {
  it.each(['sgd', 'adamw'] as const)(
    'of %s reaches kernels only, and only their active positions',
    async (use) => {
      const architecture = network(
        [2],
        { kind: 'dense', name: 'd', units: 1 },
        { kind: 'batchNorm', name: 'n' },
      );
      const engine = await engineOf(architecture, {
        optimizer: { use, learningRate: 1, weightDecay: 0.5 },
        start: [{ name: 'd/kernel', active: at(1), weights: Float32Array.of(2) }],
      });
      // Normalised to exactly the targets: no gradient but the decay is left.
      await engine.trainStep(regression([0, 0, 0, 0], [0, 0], 2), request(0));
      const state = await engine.save();
      expect(denseTensor(state, 'd/kernel')).toEqual([0, 1]);
      expect(denseTensor(state, 'd/bias')).toEqual([0]);
      expect(denseTensor(state, 'n/gamma')).toEqual([1]);
    },
  );

  it('is not in the gradient signal', async () => {
    const engine = await denseEngine(
      1,
      1,
      { 0: 1 },
      { optimizer: { use: 'sgd', learningRate: 1, weightDecay: 9 } },
    );
    await engine.trainStep(batch, request(0, { signals: asking('gradient') }));
    expect(engine.layers[0]?.signal('gradient', at(0))[0]).toBe(2);
  });
});

describe("adam's bias correction by each weight's own age", () => {
  const adam = { use: 'adam', learningRate: STEP, epsilon: 0 } as const;
  const pair = regression([1, 1], [9]);

  async function trained(steps: number): Promise<Engine> {
    const engine = await denseEngine(2, 1, { 0: 1 }, { optimizer: adam });
    for (let step = 0; step < steps; step++)
      await engine.trainStep(pair, request(step, { learningRate: STEP }));
    return engine;
  }
  const step = (engine: Engine, n: number) => engine.trainStep(pair, request(n, { learningRate: STEP }));

  it('makes the first step of a weight grown late exactly the learning rate', async () => {
    const { expected } = goldenCase('16_other_rules', 'adam-first-step-after-regrowth');
    const engine = await trained(50);
    engine.applyTopology([change({ grown: at(1) })]);
    await step(engine, 50);
    const moved = denseTensor(await engine.save(), 'd/kernel')[1];
    expect(moved).toBeCloseTo(expected.withPerWeightAge * STEP, 12);
    const ages = denseTensor(await engine.save(), 'age/d/kernel', 'slots');
    expect(ages).toEqual([51, 1]);
  });

  it('begins again for a restarted weight', async () => {
    const engine = await trained(50);
    engine.applyTopology([change({ restarted: at(0), restartedValues: Float32Array.of(0.5) })]);
    await step(engine, 50);
    expect(denseTensor(await engine.save(), 'd/kernel')[0]).toBeCloseTo(0.5 + STEP, 12);
  });

  it('does not count steps that leave the optimizer out', async () => {
    const engine = await trained(3);
    await engine.trainStep(pair, request(3, { updateWeights: false }));
    expect(denseTensor(await engine.save(), 'age/d/kernel', 'slots')).toEqual([3, 0]);
  });
});

it('refuses an optimizer that there is none of', async () => {
  const optimizer = { use: 'admw', learningRate: 1 } as unknown as OptimizerOptions;
  await expect(denseEngine(1, 1, { 0: 1 }, { optimizer })).rejects.toThrow(
    /ESPALIER_INVALID_OPTION.*"admw".*"adamw"/,
  );
});
