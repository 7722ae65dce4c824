import { architectureByName } from '@espalier/architectures';
import { type Architecture, EspalierError } from '@espalier/core';
import { type ResolvedConfig, RunDirectory, readModel, type SavedModel } from '@espalier/runs';
import { weightsOf } from '../compose/weights-of.js';

/** Where the metadata of weights hold the architecture as JSON, so that they are of use without the code that made it. */
export const ARCHITECTURE_KEY = 'architecture';

/** The weights of a run as they lie in its directory. */
export interface TrainedWeights extends SavedModel {
  readonly files: RunDirectory;
  readonly file: string;
}

/** @throws EspalierError ESPALIER_UNREADABLE_FILE where there is no run, it has no such weights, or they are damaged */
export function readTrained(directory: string, weights: 'model' | 'best'): TrainedWeights {
  const files = RunDirectory.open(directory);
  const file = weightsOf(files, weights);
  return { files, file, ...readModel(file) };
}

/**
 * The network that weights belong to: the one kept with them, else the one that the configuration names.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where what is kept is no JSON; ESPALIER_UNKNOWN_ARCHITECTURE where
 *   the run trained a network that has no name
 */
export function trainedNetwork(
  { file, metadata }: TrainedWeights,
  config: ResolvedConfig,
): { readonly architecture: Architecture } {
  const kept = metadata[ARCHITECTURE_KEY];
  return { architecture: kept === undefined ? named(config, file) : parse(kept, file) };
}

function parse(text: string, file: string): Architecture {
  try {
    return JSON.parse(text) as Architecture;
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_UNREADABLE_FILE',
      `${file}: its metadata ${ARCHITECTURE_KEY} is not JSON: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

function named({ architecture }: ResolvedConfig, file: string): Architecture {
  const { use, ...options } = architecture;
  try {
    return architectureByName(use, options);
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'ESPALIER_UNKNOWN_ARCHITECTURE') throw error;
    throw new EspalierError(
      error.code,
      `${file} holds the weights of "${use}", a model of one's own, without its layers. Give the model: loadModel(directory, { model }).`,
      { cause: error },
    );
  }
}
