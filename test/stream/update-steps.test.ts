import { allPositions, type EngineLayer, isTopologyUpdate } from '@espalier/core';
import { filter } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, nonZerosOf } from './support/inspect.js';
import { tinyRun } from './support/tiny-run.js';

const weightsOf = (layers: readonly EngineLayer[]) => layers.map((layer) => [...layer.weights()]);
const everywhere = (layer: EngineLayer) => allPositions(layer.shape.reduce((size, n) => size * n, 1));

describe('an update step', () => {
  const parametersAt = async (skipOptimizerStep: boolean) => {
    const { trainer, engine } = await tinyRun({ recipe: { skipOptimizerStep } });
    const before: Promise<Record<string, string>>[] = [];
    const after: typeof before = [];
    trainer.hooks.on('step:before', ({ step }) => step === 4 && before.push(bytesOf(engine)));
    trainer.hooks.on('update:before', ({ step }) => step === 4 && after.push(bytesOf(engine)));
    await trainer.run();
    const names = (bytes: Record<string, string>) =>
      Object.fromEntries(Object.entries(bytes).filter(([name]) => !name.startsWith('gradient/')));
    return { before: names((await before[0])!), after: names((await after[0])!) };
  };

  it('with skipOptimizerStep leaves weights, biases and optimizer as they were', async () => {
    const { before, after } = await parametersAt(true);
    expect(Object.keys(before)).toContain('dense_1/bias');
    expect(Object.keys(before)).toContain('momentum/dense_1/kernel');
    expect(after).toEqual(before);
  });

  it('without it trains first: the update sees the weights after the step', async () => {
    const { before, after } = await parametersAt(false);
    for (const name of Object.keys(before)) expect(after[name]).not.toBe(before[name]);
  });

  it('with skipOptimizerStep where nothing can be updated trains as any other', async () => {
    const { trainer, engine } = await tinyRun({ keepDense: ['*'] });
    const weights: number[][][] = [];
    trainer.hooks.on('step:after', () => weights.push(weightsOf(engine.layers)));
    await trainer.run();
    expect(weights[4]).not.toEqual(weights[3]);
  });
});

describe('accumulate', () => {
  it('sums the gradients of as many batches, the own one included, each at the weights of its step', async () => {
    const method = { use: 'rigl', updateInterval: 4, updateEnd: 1 };
    const sparse = { method, recipe: { accumulate: 3 } };
    const summed: number[][] = [];
    const run = await tinyRun(sparse);
    run.trainer.hooks.on('update:before', () => {
      for (const layer of run.engine.layers) summed.push([...layer.signal('gradient', everywhere(layer))]);
      run.trainer.stop();
    });
    await run.trainer.run();

    // The same batches one by one, each with a gradient of its own.
    const single = await tinyRun({ ...sparse, recipe: { accumulate: 1 } });
    const gradients: number[][][] = [];
    const trainStep = single.engine.trainStep.bind(single.engine);
    single.engine.trainStep = (batch, request) => {
      const result = trainStep(batch, { ...request, signals: new Set(['gradient']), accumulate: false });
      gradients.push(single.engine.layers.map((layer) => [...layer.signal('gradient', everywhere(layer))]));
      return result;
    };
    single.trainer.hooks.on('update:before', () => single.trainer.stop());
    await single.trainer.run();

    const window = gradients.slice(2, 5);
    expect(window).toHaveLength(3);
    for (const [i, sums] of summed.entries()) {
      for (const [position, sum] of sums.entries()) {
        const parts = window.map((layers) => layers[i]![position]!);
        expect(sum).toBeCloseTo(parts[0]! + parts[1]! + parts[2]!, 6);
      }
    }
    expect(summed.flat().filter((value) => value !== 0).length).toBeGreaterThan(36);
  });

  it.each([
    [4, [4, 8, 12, 16]],
    [2, [2, 4, 6, 8, 10, 12, 14, 16]],
  ])(
    'starts anew for every update, and asks the engine for signals at no other step: every %i',
    async (updateInterval, updates) => {
      const method = { use: 'rigl', updateInterval, updateEnd: 17 / 18 };
      const { trainer, engine } = await tinyRun({ method, recipe: { accumulate: 2 } });
      const asked: string[] = [];
      const trainStep = engine.trainStep.bind(engine);
      engine.trainStep = (batch, request) => {
        const { clock, signals, accumulate, updateWeights } = request;
        asked.push(
          [clock.step, ...signals, accumulate ? 'added' : '', updateWeights ? '' : 'skipped']
            .join(' ')
            .trim(),
        );
        return trainStep(batch, request);
      };
      await trainer.run();
      expect(asked.map((line) => line.replace(/ +/g, ' ')).filter((line) => /[a-z]/.test(line))).toEqual(
        updates.flatMap((step) => [`${step - 1} gradient`, `${step} gradient added skipped`]),
      );
    },
  );
});

describe('a density schedule', () => {
  it('moves the budget with every update, and the topology has exactly as many weights', async () => {
    const { trainer, engine } = await tinyRun({
      density: 0.25,
      epochs: 4,
      recipe: { densitySchedule: { use: 'cubic', start: 0.9, begin: 0, end: 0.75 }, pruneQuota: 'to-budget' },
    });
    const seen: number[][] = [];
    trainer.events.pipe(filter(isTopologyUpdate)).subscribe(({ step, budget, layers }) => {
      const active = layers.reduce((sum, { nonZerosAfter }) => sum + nonZerosAfter, 0);
      seen.push([step, budget, active, nonZerosOf(engine)]);
    });
    await trainer.run();
    // Steps 4 to 24 of 24, the target reached at 18: 72 x (0.25 + 0.65 (1 - step / 18)^3), rounded.
    const expected = [4, 8, 12, 16, 20].map((step) => {
      const left = step >= 18 ? 0 : (1 - step / 18) ** 3;
      const budget = Math.round(72 * (0.25 + 0.65 * left));
      return [step, budget, budget, budget];
    });
    expect(seen).toEqual(expected);
    expect(new Set(expected.map(([, budget]) => budget)).size).toBeGreaterThan(3);
  });
});
