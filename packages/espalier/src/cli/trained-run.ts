import type { Dataset, Engine } from '@espalier/core';
import { loadConfigFile, parseConfig } from '@espalier/runs';
import { resolveDataset } from '../compose/dataset.js';
import { resolveLoss } from '../compose/loss.js';
import { checkNetworkFit } from '../compose/network.js';
import { engineOf } from '../trained/load-model.js';
import { trainedEngine } from '../trained/trained-engine.js';
import { readTrained, trainedNetwork } from '../trained/trained-network.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';

/** What a command line says of a trained network and the data that it is to see. */
export interface TrainedRunFlags
  extends Pick<ConfigFlags, 'data' | 'dataDir' | 'engine' | 'backend' | 'threads' | 'set'> {
  readonly weights: 'model' | 'best';
}

/** A trained network with data that fit it. */
export interface TrainedRun {
  /** To be disposed. */
  readonly engine: Engine;
  readonly dataset: Dataset;
}

/**
 * The network of a run with its weights, and data.
 * @throws EspalierError where the directory is damaged or has no such weights, or the data do not fit
 */
export async function openTrainedRun(directory: string, flags: TrainedRunFlags): Promise<TrainedRun> {
  const trained = readTrained(directory, flags.weights);
  const path = trained.files.file('config');
  const run = parseConfig(loadConfigFile(path), path);
  const { engine: named, backend, ...others } = flags;
  const { config, code } = await configure(path, others);
  const dataset = resolveDataset(config, code);
  // The network that is kept with the weights, unless the command line asks for another.
  const asked = JSON.stringify(config.architecture) !== JSON.stringify(run.architecture);
  const network = trainedNetwork(asked ? { ...trained, metadata: {} } : trained, config);
  checkNetworkFit(network, dataset);
  const engine = await trainedEngine({
    trained,
    network,
    loss: resolveLoss(config.train.loss, dataset),
    choice: engineOf(run, {
      ...(named !== undefined && { engine: named }),
      ...(backend !== undefined && { backend }),
      ...(flags.threads !== undefined && { threads: config.threads! }),
    }),
  });
  return { engine, dataset };
}
