import { type Dataset, type Engine, EspalierError, type EvaluationEvent, suggest } from '@espalier/core';

/** What an evaluation came to. */
export type Evaluation = Pick<EvaluationEvent, 'split' | 'examples' | 'loss' | 'accuracy'>;

/** As many as training evaluates at once, so that sums are the same. */
const BATCH_SIZE = 250;

/**
 * Evaluates a network on a split of some data.
 * @throws EspalierError ESPALIER_UNKNOWN_DATA for a split that is not there
 */
export async function evaluateOn(engine: Engine, dataset: Dataset, split: string): Promise<Evaluation> {
  const size = Object.hasOwn(dataset.splits, split) ? dataset.splits[split] : undefined;
  if (size === undefined) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_DATA',
      `The data set "${dataset.name}" has no split "${split}".${suggest(split, Object.keys(dataset.splits))}`,
    );
  }
  let [examples, loss] = [0, 0];
  let correct: number | undefined;
  for (let i = 0; i < Math.ceil(size / BATCH_SIZE); i++) {
    const sums = await engine.evaluate(dataset.evaluationBatch(split, i, BATCH_SIZE));
    examples += sums.examples;
    loss += sums.loss;
    if (sums.correct !== undefined) correct = (correct ?? 0) + sums.correct;
  }
  const accuracy = correct === undefined ? {} : { accuracy: correct / examples };
  return { split, examples, loss: loss / examples, ...accuracy };
}
