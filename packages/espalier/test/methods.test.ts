import { createTrainer, EspalierError, isStep, isTopologyUpdate, type TrainEvent } from 'espalier';
import { describe, expect, it } from 'vitest';
import { FIRST_PARTY } from '../src/plugins/first-party.js';

const METHODS = FIRST_PARTY.flatMap(({ methods }) => methods);
const ENGINES = ['reference', 'sparse', 'tfjs'] as const;

/** 200 steps on generated data: 10 epochs of 20. */
const RUN = {
  data: { use: 'synthetic', train: 320, test: 40, inputShape: [8, 8, 1], classes: 4 },
  architecture: { use: 'mlp', layers: [64, 40, 24, 4] },
  sparsity: { density: 0.25 },
  optimizer: { use: 'sgd', learningRate: 0.05, momentum: 0.9 },
  train: { epochs: 10, batchSize: 16, evaluateEvery: 10 },
} as const;

/** What an engine can't supply, and why it never will. */
const POINTLESS: Readonly<Record<string, RegExp>> = {
  // They estimate what the engine has in full.
  tfjs: /"factors"/,
};

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe.each(ENGINES)('on the engine %s', (engine) => {
  it.each(METHODS)('%s learns in 200 steps and keeps to its budget', { timeout: 60_000 }, async (method) => {
    const events: TrainEvent[] = [];
    let trainer: Awaited<ReturnType<typeof createTrainer>>;
    try {
      trainer = await createTrainer({ ...RUN, engine, method, denseState: 'allow' });
    } catch (error) {
      expect((error as EspalierError).code).toBe('ESPALIER_ENGINE_REFUSES');
      expect((error as EspalierError).message).toMatch(POINTLESS[engine] ?? /^never$/);
      return;
    }
    trainer.events.subscribe((event) => events.push(event));
    const { steps } = await trainer.run();
    expect(steps).toBe(200);

    const losses = events.filter(isStep).map(({ loss }) => loss);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(mean(losses.slice(-20))).toBeLessThan(0.7 * mean(losses.slice(0, 5)));

    const [start] = events;
    const structured = start?.type === 'run:start' && start.recipe.structure !== null;
    for (const { budget, layers } of events.filter(isTopologyUpdate)) {
      const nonZeros = layers.reduce((sum, { nonZerosAfter }) => sum + nonZerosAfter, 0);
      // A structure may leave each layer short by less than what moves together: here at most a unit's inputs.
      if (structured) expect(budget - nonZeros).toBeLessThan(64 + 40 + 24);
      if (!structured || nonZeros > budget) expect(nonZeros).toBe(budget);
    }
    for (const layer of trainer.engine.layers) {
      expect(layer.weights().every(Number.isFinite)).toBe(true);
      expect(layer.weights().length).toBe(layer.active.length);
    }
    await trainer.dispose();
  });
});
