import type { Engine } from '@espalier/core';
import { loadConfigFile, parseConfig } from '@espalier/runs';
import { resolveDataset } from '../compose/dataset.js';
import { resolveLoss } from '../compose/loss.js';
import { checkNetworkFit } from '../compose/network.js';
import { type Evaluation, evaluateOn } from '../trained/evaluation.js';
import { engineOf } from '../trained/load-model.js';
import { trainedEngine } from '../trained/trained-engine.js';
import { readTrained, trainedNetwork } from '../trained/trained-network.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';
import { decimal, integer, percent } from './format.js';

/** What the command line of `espalier evaluate` gives. */
export interface EvaluateFlags extends Pick<ConfigFlags, 'data' | 'dataDir' | 'engine' | 'backend' | 'set'> {
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
  const trained = readTrained(directory, flags.weights);
  const path = trained.files.file('config');
  const run = parseConfig(loadConfigFile(path), path);
  const { engine: named, backend, ...others } = flags;
  const { config, code } = await configure(path, others);
  const choice = engineOf(run, { ...(named && { engine: named }), ...(backend && { backend }) });
  const dataset = resolveDataset(config, code);
  // The network that is kept with the weights, unless the command line asks for another.
  const asked = JSON.stringify(config.architecture) !== JSON.stringify(run.architecture);
  const network = trainedNetwork(asked ? { ...trained, metadata: {} } : trained, config);
  checkNetworkFit(network, dataset);
  const engine = await trainedEngine({
    trained,
    network,
    loss: resolveLoss(config.train.loss, dataset),
    choice,
  });
  try {
    const results: Evaluation[] = [];
    for (const split of flags.split ?? ['test']) results.push(await evaluateOn(engine, dataset, split));
    if (flags.json) {
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
