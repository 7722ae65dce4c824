import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EspalierError } from '@espalier/core';
import { loadConfigFile, makeDirectory, parseConfig, writeFileAtomic } from '@espalier/runs';
import type { LayersModel } from '../sparsify/config.js';
import { readTrained, trainedNetwork } from './trained-network.js';

/** Options of {@link toLayersModel}. */
export interface ToLayersModelOptions {
  /** `model` (default): the weights at the end; `best`: those that `train.best` kept. */
  readonly weights?: 'model' | 'best';
  /** Whether a softmax makes probabilities of the logits. Default false. */
  readonly softmax?: boolean;
}

/** Options of {@link exportLayersModel}. */
export interface ExportLayersModelOptions extends ToLayersModelOptions {
  /** Whether a model that is there already is replaced. Default false. */
  readonly force?: boolean;
}

const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

/**
 * The trained network of a run as a `tf.LayersModel` of stock layers, for programs that know TensorFlow.js but not
 * Espalier. Its kernels are dense, with zeros where no weight is active. The model is yours to use and dispose.
 *
 * @param directory - the run directory
 * @throws EspalierError ESPALIER_UNREADABLE_FILE, ESPALIER_DATA_SHAPE for a directory without such weights or with
 *   damaged ones; ESPALIER_UNKNOWN_ARCHITECTURE for a run that trained a model of one's own
 */
export async function toLayersModel(
  directory: string,
  { weights = 'model', ...options }: ToLayersModelOptions = {},
): Promise<LayersModel> {
  const trained = readTrained(directory, weights);
  const path = trained.files.file('config');
  const network = trainedNetwork(trained, parseConfig(loadConfigFile(path), path));
  const tfjs = await import('@espalier/engine-tfjs');
  return tfjs.toLayersModel(network.architecture, trained.state.parameters, options);
}

/**
 * Writes the trained network of a run for `tf.loadLayersModel`: `model.json` and, beside it, `weights.bin`. Equal
 * weights make equal files.
 *
 * @param directory - the run directory
 * @param target - where the files go; it is made where it is not there
 * @returns the path of `model.json`
 * @throws EspalierError as {@link toLayersModel}; ESPALIER_OUTPUT_EXISTS where there is a model and `force` is not set;
 *   ESPALIER_OUTPUT_UNWRITABLE
 */
export async function exportLayersModel(
  directory: string,
  target: string,
  { force = false, ...options }: ExportLayersModelOptions = {},
): Promise<string> {
  const path = join(target, MODEL);
  if (!force && existsSync(path)) {
    throw new EspalierError(
      'ESPALIER_OUTPUT_EXISTS',
      `${path} is there already. Replace it with --force (from code, force: true), or choose another directory.`,
    );
  }
  const model = await toLayersModel(directory, options);
  try {
    const { layersModelFiles } = await import('@espalier/engine-tfjs');
    const files = await layersModelFiles(model);
    makeDirectory(target);
    writeFileAtomic(join(target, WEIGHTS), files.weights);
    writeFileAtomic(path, files.model);
    return path;
  } finally {
    model.dispose();
  }
}
