import type { Engine } from '@espalier/core';
import { isEpoch, isEvaluation } from '@espalier/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tinyRun } from './support/tiny-run.js';

/** Longer than the loop goes without letting others run. */
const HOG_MS = 60;

function hog(): void {
  for (const until = performance.now() + HOG_MS; performance.now() < until; );
}

/** Becomes true in the next macrotask. */
function watch(): { had: boolean } {
  const turn = { had: false };
  setImmediate(() => {
    turn.had = true;
  });
  return turn;
}

afterEach(() => vi.unstubAllGlobals());

describe('a long run', () => {
  // Without macrotasks the timer would never come, and the run would go on for hundreds of thousands of steps.
  it.each([
    ['that answers at once', (engine: Engine) => engine],
    [
      'that answers through promises',
      (engine: Engine) => {
        const trainStep = engine.trainStep.bind(engine);
        engine.trainStep = async (batch, request) => trainStep(batch, request);
        return engine;
      },
    ],
  ])('lets a timer abort it, on an engine %s', async (_, around) => {
    const { trainer } = await tinyRun({ epochs: 100_000, evaluation: { every: 0, splits: [] }, around });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1);
    const { outcome, steps } = await trainer.run(abort.signal);
    expect(outcome).toBe('stopped');
    expect(steps).toBeLessThan(trainer.length.totalSteps);
  });

  it('does so where there is no setImmediate, as in browsers', async () => {
    const { trainer } = await tinyRun({ epochs: 100_000, evaluation: { every: 0, splits: [] } });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1);
    vi.stubGlobal('setImmediate', undefined);
    expect(await trainer.run(abort.signal)).toMatchObject({ outcome: 'stopped' });
  });
});

describe('what takes long inside a turn', () => {
  const method = { use: 'rigl', updateInterval: 5, updateEnd: 1 };

  it('is followed by a turn of others: after the step, before the update', async () => {
    const { trainer } = await tinyRun({ method, epochs: 1 });
    let others = { had: false };
    trainer.hooks.on('step:before', () => {
      others = watch();
    });
    trainer.hooks.on('step:after', ({ step }) => step === 5 && hog());
    const had: boolean[] = [];
    trainer.hooks.on('update:before', () => had.push(others.had));
    await trainer.run();
    expect(had).toEqual([true]);
  });

  it('is followed by a turn of others: after the update, before the epoch ends', async () => {
    const { trainer } = await tinyRun({ method, epochs: 1 });
    let others = { had: false };
    trainer.hooks.on('update:before', () => {
      others = watch();
    });
    trainer.hooks.on('update:after', hog);
    const had: boolean[] = [];
    trainer.events.subscribe((event) => isEpoch(event) && had.push(others.had));
    await trainer.run();
    expect(had).toEqual([true]);
  });

  it('is followed by a turn of others: after an evaluation batch, before the next', async () => {
    const had: boolean[] = [];
    let others = { had: false };
    const { trainer } = await tinyRun({
      epochs: 1,
      evaluation: { every: 1, splits: ['test'], batchSize: 3 },
      around: (engine) => {
        const evaluate = engine.evaluate.bind(engine);
        engine.evaluate = (batch) => {
          had.push(others.had);
          others = watch();
          hog();
          return evaluate(batch);
        };
        return engine;
      },
    });
    trainer.events.subscribe((event) => isEvaluation(event) && had.push(others.had));
    await trainer.run();
    expect(had).toEqual([false, true, true, true]);
  });
});
