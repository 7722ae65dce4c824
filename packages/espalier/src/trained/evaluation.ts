import type { Dataset, Engine, EvaluationEvent } from '@espalier/core';
import { batchesOf } from './split.js';

/** What an evaluation came to. */
export type Evaluation = Pick<EvaluationEvent, 'split' | 'examples' | 'loss' | 'accuracy'>;

/**
 * Evaluates a network on a split of some data.
 * @throws EspalierError ESPALIER_UNKNOWN_DATA for a split that is not there
 */
export async function evaluateOn(engine: Engine, dataset: Dataset, split: string): Promise<Evaluation> {
  let [examples, loss] = [0, 0];
  let correct: number | undefined;
  for (const batch of batchesOf(dataset, split)) {
    const sums = await engine.evaluate(batch);
    examples += sums.examples;
    loss += sums.loss;
    if (sums.correct !== undefined) correct = (correct ?? 0) + sums.correct;
  }
  const accuracy = correct === undefined ? {} : { accuracy: correct / examples };
  return { split, examples, loss: loss / examples, ...accuracy };
}
