import { isEvaluation, isRunEnd, type TrainEvent } from '@espalier/core';
import { splitValidation } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { tinyData, tinyRun } from './support/tiny-run.js';

const dataset = splitValidation(tinyData, { count: 6, seed: 1 });
// So large a rate that the loss soon rises.
const wild = { use: 'sgd', learningRate: 3, momentum: 0.9 } as const;
const evaluationOf = (best?: { metric?: 'loss' | 'accuracy'; patience?: number | null }) => ({
  every: 1,
  splits: ['validation', 'test'],
  ...(best === undefined ? {} : { best: { split: 'validation', ...best } }),
});

async function run(best: { metric?: 'loss' | 'accuracy'; patience?: number | null }, epochs = 8) {
  const { trainer, engine } = await tinyRun({
    dataset,
    epochs,
    optimizer: wild,
    evaluation: evaluationOf(best),
  });
  const events: TrainEvent[] = [];
  trainer.events.subscribe((event) => events.push(event));
  const result = await trainer.run();
  const validations = events.filter(isEvaluation).filter(({ split }) => split === 'validation');
  return { trainer, engine, events, result, validations };
}

describe('the best weights', () => {
  it('are those of the evaluation with the lowest loss, and give it again', async () => {
    const { trainer, engine, events, validations } = await run({});
    const lowest = validations.reduce((a, b) => (b.loss < a.loss ? b : a));
    expect(trainer.best?.evaluation).toEqual(lowest);
    expect(lowest.epoch).toBeLessThan(7);
    const improvements = events.filter(({ type }) => type === 'improvement');
    expect(improvements.at(-1)).toEqual({
      type: 'improvement',
      step: lowest.step,
      epoch: lowest.epoch,
      split: 'validation',
      metric: 'loss',
      value: lowest.loss,
    });
    engine.load(trainer.best!.state);
    expect((await trainer.evaluate('validation')).loss).toBe(lowest.loss);
  });

  it('may be judged by accuracy, of equal ones the first', async () => {
    const { trainer, validations } = await run({ metric: 'accuracy' });
    const highest = Math.max(...validations.map(({ accuracy }) => accuracy!));
    expect(trainer.best?.evaluation).toEqual(validations.find(({ accuracy }) => accuracy === highest));
  });

  it('are not kept unless that is asked for', async () => {
    const { trainer } = await tinyRun({ dataset, evaluation: evaluationOf() });
    await trainer.run();
    expect(trainer.best).toBeUndefined();
  });

  it('need a split that there is', async () => {
    const best = { split: 'validation' };
    await expect(tinyRun({ evaluation: { every: 1, splits: ['test'], best } })).rejects.toThrow(
      /ESPALIER_UNKNOWN_DATA.*"validation"/,
    );
  });
});

describe('a run that waits for better weights', () => {
  it('ends after as many evaluations without improvement as its patience', async () => {
    const { trainer, result, validations, events } = await run({ patience: 2 }, 30);
    const best = trainer.best!.evaluation.epoch;
    expect(validations.at(-1)!.epoch).toBe(best + 2);
    expect(result).toMatchObject({ outcome: 'early-stopped', steps: trainer.step });
    expect(events.filter(isRunEnd)).toHaveLength(1);
    expect(trainer.step).toBeLessThan(trainer.length.totalSteps);
  });

  it('goes to its end where that comes first', async () => {
    const { result } = await run({ patience: 100 });
    expect(result.outcome).toBe('completed');
  });
});

it('the split that decides is evaluated even where it is not reported on', async () => {
  const evaluation = { every: 1, splits: ['test'], best: { split: 'validation' } };
  const { trainer } = await tinyRun({ dataset, evaluation });
  await trainer.run();
  expect(trainer.best?.evaluation.split).toBe('validation');
});

it('a trainer does not train while it is evaluated', async () => {
  const { trainer } = await tinyRun({ dataset });
  const evaluating = trainer.evaluate();
  await expect(trainer.run()).rejects.toThrow(/ESPALIER_TRAINER_BUSY.*await evaluate/);
  await evaluating;
  expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
});
