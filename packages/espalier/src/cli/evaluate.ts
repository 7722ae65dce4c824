import type { EvaluationEvent, Trainer } from '@espalier/core';
import { RunDirectory, readModel } from '@espalier/runs';
import { compose } from '../compose/compose.js';
import { weightsOf } from '../compose/weights-of.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';
import { decimal, integer, percent } from './format.js';

/** What the command line of `espalier evaluate` gives. */
export interface EvaluateFlags
  extends Pick<ConfigFlags, 'data' | 'dataDir' | 'engine' | 'backend' | 'set' | 'plugin'> {
  readonly split?: readonly string[];
  readonly weights: 'model' | 'best';
  readonly json?: boolean;
}

/**
 * `espalier evaluate`: the network of a run with its weights, on data.
 * @returns the exit code
 * @throws EspalierError where the directory is damaged or has no such weights, or the data have no such split
 */
export async function evaluate(directory: string, flags: EvaluateFlags): Promise<number> {
  const files = RunDirectory.open(directory);
  const { state } = readModel(weightsOf(files, flags.weights));
  const { config, code } = await configure(files.file('config'), flags);
  // What the run started from is of no account any more, and need not be there.
  const { from: _, out: __, ...own } = config;
  const { trainer } = await compose(own, code);
  try {
    trainer.engine.load(state);
    const results: EvaluationEvent[] = [];
    for (const split of flags.split ?? ['test']) results.push(await trainer.evaluate(split));
    if (flags.json)
      console.log(
        JSON.stringify(
          results.map((each) => facts(each, trainer)),
          null,
          2,
        ),
      );
    else for (const each of results) console.log(describe(directory, each, trainer));
    return 0;
  } finally {
    await trainer.dispose();
  }
}

function facts({ split, examples, loss, accuracy }: EvaluationEvent, { engine }: Trainer) {
  const scored = accuracy === undefined ? {} : { accuracy };
  return { split, examples, loss, ...scored, engine: engine.name, backend: engine.backend };
}

function describe(directory: string, event: EvaluationEvent, { engine }: Trainer): string {
  const accuracy = event.accuracy === undefined ? '' : `accuracy ${percent(event.accuracy)}, `;
  return (
    `${directory} on ${event.split}: ${accuracy}loss ${decimal(event.loss)}, ` +
    `${integer(event.examples)} examples, ${engine.name} (${engine.backend})`
  );
}
