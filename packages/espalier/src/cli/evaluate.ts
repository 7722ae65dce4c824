import type { Engine } from '@espalier/core';
import { type Evaluation, evaluateOn } from '../trained/evaluation.js';
import { decimal, integer, percent } from './format.js';
import { openTrainedRun, type TrainedRunFlags } from './trained-run.js';

/** What the command line of `espalier evaluate` gives. */
export interface EvaluateFlags extends TrainedRunFlags {
  readonly split?: readonly string[];
  readonly json?: boolean;
}

/**
 * `espalier evaluate`: the network of a run with its weights, on data.
 * @returns the exit code
 * @throws EspalierError where the directory is damaged or has no such weights, or the data have no such split
 */
export async function evaluate(directory: string, flags: EvaluateFlags): Promise<number> {
  const { split = ['test'], json, ...run } = flags;
  const { engine, dataset } = await openTrainedRun(directory, run);
  try {
    const results: Evaluation[] = [];
    for (const each of split) results.push(await evaluateOn(engine, dataset, each));
    if (json) {
      const facts = results.map((each) => ({ ...each, engine: engine.name, backend: engine.backend }));
      console.log(JSON.stringify(facts, null, 2));
    } else for (const each of results) console.log(describe(directory, each, engine));
    return 0;
  } finally {
    engine.dispose();
  }
}

function describe(directory: string, evaluation: Evaluation, engine: Engine): string {
  const { split, examples, loss } = evaluation;
  const accuracy = evaluation.accuracy === undefined ? '' : `accuracy ${percent(evaluation.accuracy)}, `;
  return (
    `${directory} on ${split}: ${accuracy}loss ${decimal(loss)}, ` +
    `${integer(examples)} examples, ${engine.name} (${engine.backend})`
  );
}
