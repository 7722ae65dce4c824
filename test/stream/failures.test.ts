import {
  type Clock,
  type Dataset,
  definePlugin,
  type Slot,
  type Slots,
  strategy,
  type TrainEvent,
} from '@espalier/core';
import { arrayDataset } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { bytesOf, macrotask, rejection } from './support/inspect.js';
import { RecordedData } from './support/recorded-data.js';
import { tinyData, tinyRun } from './support/tiny-run.js';

describe('numbers that run away', () => {
  it('end the run with an error that names the step', async () => {
    const { trainer } = await tinyRun({
      optimizer: { use: 'sgd', learningRate: 1e30, momentum: 0.9 },
      epochs: 20,
    });
    const { explanation } = await rejection('ESPALIER_NOT_FINITE', trainer.run());
    expect(explanation).toMatch(/step \d+/);
    expect(explanation).toContain(`step ${trainer.step}`);
  });

  it('in the data are found in the step that meets them', async () => {
    const dataset = arrayDataset({
      name: 'holes',
      inputShape: [6],
      outputs: 3,
      inputs: new Float32Array(72).fill(Number.NaN),
      labels: new Uint8Array(12),
      test: { inputs: new Float32Array(6), labels: new Uint8Array(1) },
    });
    const { trainer } = await tinyRun({ dataset });
    const { explanation } = await rejection('ESPALIER_NOT_FINITE', trainer.run());
    expect(explanation).toContain('step 0');
  });

  it('in a loss that an engine lets pass are found by the trainer', async () => {
    const { trainer } = await tinyRun({
      around: (engine) => {
        const trainStep = engine.trainStep.bind(engine);
        engine.trainStep = async (batch, request) => {
          const { loss } = await trainStep(batch, request);
          return { loss: request.clock.step === 7 ? Number.NaN : loss };
        };
        return engine;
      },
    });
    const { explanation } = await rejection('ESPALIER_NOT_FINITE', trainer.run());
    expect(explanation).toContain('The loss became NaN at step 7 (epoch 1)');
  });

  it('after the last step are found by the evaluation: no event holds NaN', async () => {
    const { trainer } = await tinyRun({
      optimizer: { use: 'sgd', learningRate: Number.MAX_VALUE },
      method: 'static',
      batchSize: 24,
      epochs: 1,
    });
    const { explanation } = await rejection('ESPALIER_NOT_FINITE', trainer.run());
    expect(explanation).toMatch(/^The loss on "test" became (NaN|Infinity) at step 0 \(epoch 0\)/);
  });
});

/** A strategy of the standard plugin with one method in the place of its own. */
const broken = (slot: Slot, of: string, parts: object) =>
  definePlugin({
    name: 'test-broken',
    api: 1,
    strategies: [
      strategy(
        slot,
        'test/broken',
        {},
        {
          useFactory: (_, services) =>
            Object.assign(of === '' ? {} : services.strategy(slot, of), parts) as Slots[typeof slot],
        },
        { summary: 'Misbehaves.' },
      ),
    ],
  });

const boom = () => {
  throw new RangeError('no idea');
};

/** A density schedule that is asked for the start, too, and starts at the target. */
const later = (density: () => number) => (clock: Clock, target: number) =>
  clock.step === 0 ? target : density();

describe('a strategy that throws', () => {
  it.each([
    ['trigger', 'step-interval', { due: boom }, 'at step 0'],
    ['densitySchedule', 'constant', { density: later(boom) }, 'at step 4'],
    ['drop', 'constant', { fraction: boom }, 'at step 4'],
    ['prune', 'magnitude', { score: boom }, 'in layer "dense_1/kernel" at step 4'],
    ['pruneQuota', 'per-layer', { quota: boom }, 'at step 4'],
    ['redistribute', 'identity', { distribute: boom }, 'at step 4'],
    ['regrow', 'random', { propose: boom }, 'in layer "dense_1/kernel" at step 4'],
    ['grownValue', 'zeros', { value: boom }, 'in layer "dense_1/kernel" at step 4'],
    ['regrow', 'random', { committed: boom }, 'at step 4'],
    ['hook', '', { afterStep: boom }, 'in layer "dense_1/kernel" at step 0'],
  ] as const)(
    'ends the run with an error that names it and where it was: %s of %s',
    async (slot, of, parts, where) => {
      const { trainer } = await tinyRun({
        plugins: [broken(slot, of, parts)],
        recipe: { [slot]: 'test/broken' },
      });
      const error = await rejection('ESPALIER_STRATEGY_THREW', trainer.run());
      expect(error.explanation).toBe(`${slot} "test/broken" of test-broken ${where} threw: no idea`);
      expect(error.cause).toBeInstanceOf(RangeError);
    },
  );

  it('while planning leaves network and topology as they were after the step', async () => {
    const whole = await tinyRun();
    let before: Promise<Record<string, string>> | undefined;
    whole.trainer.hooks.once('update:before', () => {
      before = bytesOf(whole.engine);
    });
    await whole.trainer.run();
    const { trainer, engine } = await tinyRun({
      plugins: [broken('grownValue', 'zeros', { value: boom })],
      recipe: { grownValue: 'test/broken' },
    });
    await rejection('ESPALIER_STRATEGY_THREW', trainer.run());
    expect(await bytesOf(engine)).toEqual(await before);
  });
});

describe('a strategy whose result is ruled out', () => {
  it.each([
    [
      'densitySchedule',
      'constant',
      { density: later(() => 1.5) },
      'the density 1.5 at step 4; it must lie in (0, 1]',
    ],
    ['drop', 'constant', { fraction: () => -0.1 }, 'the fraction -0.1 at step 4; it must lie in [0, 1]'],
    ['prune', 'magnitude', { score: () => new Float32Array(1) }, 'returned 1 scores for'],
    ['redistribute', 'identity', { distribute: () => [0, 0] }, 'gave out 0 weights of'],
  ] as const)('ends the run with an error that names it: %s', async (slot, of, parts, what) => {
    const { trainer } = await tinyRun({
      plugins: [broken(slot, of, parts)],
      recipe: { [slot]: 'test/broken' },
    });
    const { explanation } = await rejection('ESPALIER_STRATEGY_RESULT', trainer.run());
    expect(explanation).toContain(`${slot} "test/broken" of test-broken`);
    expect(explanation).toContain(what);
  });
});

describe('what throws outside of our contracts', () => {
  const failing = (at: number): Dataset =>
    new RecordedData(tinyData, ({ epoch, index }) => {
      if (6 * epoch + index === at) throw new RangeError('the file ends here');
    });

  it('comes as an EspalierError all the same, with the step and the cause: a data set', async () => {
    const { trainer } = await tinyRun({ dataset: failing(7) });
    const error = await rejection('ESPALIER_TRAINING_FAILED', trainer.run());
    expect(error.explanation).toBe('Training failed at step 7: the file ends here');
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it.each([
    ['at once', boom],
    ['later', () => macrotask().then(boom)],
  ])('comes as an EspalierError all the same: an engine that fails %s', async (_, trainStep) => {
    const { trainer } = await tinyRun({
      around: (engine) => {
        engine.trainStep = trainStep;
        return engine;
      },
    });
    const { explanation } = await rejection('ESPALIER_TRAINING_FAILED', trainer.run());
    expect(explanation).toBe('Training failed at step 0: no idea');
  });
});

describe('a run that failed', () => {
  it('tells why through the error channel, without run:end', async () => {
    const { trainer } = await tinyRun();
    const heard: TrainEvent['type'][] = [];
    trainer.hooks.on('step:after', ({ step }) => {
      if (step === 1) throw new Error('no further');
    });
    trainer.events.subscribe(({ type }) => heard.push(type));
    await rejection('ESPALIER_HOOK_THREW', trainer.run());
    expect(heard).toEqual(['run:start', 'warning', 'step']);
    expect(trainer.step).toBe(1);
  });

  it('can not be continued, since a step was left half done: it fails the same way again', async () => {
    const { trainer, engine } = await tinyRun();
    trainer.hooks.once('step:after', () => {
      throw new Error('once only');
    });
    const first = await rejection('ESPALIER_HOOK_THREW', trainer.run());
    const bytes = await bytesOf(engine);
    expect(await rejection('ESPALIER_HOOK_THREW', trainer.run())).toBe(first);
    expect(await bytesOf(engine)).toEqual(bytes);
  });

  it('can still be looked at', async () => {
    const { trainer } = await tinyRun();
    trainer.hooks.once('step:before', () => {
      throw new Error('once only');
    });
    await rejection('ESPALIER_HOOK_THREW', trainer.run());
    expect(await trainer.evaluate()).toHaveProperty('accuracy');
  });
});
