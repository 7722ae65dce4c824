import { outputShape, sizeOf } from '@espalier/architectures';
import { type Architecture, EspalierError, type Loss, type Network } from '@espalier/core';
import { loadConfigFile, parseConfig, type ResolvedConfig } from '@espalier/runs';
import type { EngineChoice } from '../engines/engines.js';
import { createPredictor, type Predictor } from './predictor.js';
import { trainedEngine } from './trained-engine.js';
import { readTrained, trainedNetwork } from './trained-network.js';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** `model` (default): the weights at the end; `best`: those that `train.best` kept. */
  readonly weights?: 'model' | 'best';
  /** Default the run's; `auto` chooses by the weights' density. */
  readonly engine?: string;
  /** Of the engine; default the run's, where the engine is the run's, too. */
  readonly backend?: string;
  /** How many threads compute, where the engine has them; default the run's, where the engine is the run's, too. */
  readonly threads?: number;
  /** The architecture that was trained, where the run does not keep it. */
  readonly architecture?: Architecture;
  /**
   * For a run that trained a tf.LayersModel: that model, built anew. With the engine `tfjs` it is given the weights, and
   * outlives the predictor.
   */
  readonly model?: unknown;
}

/**
 * Loads the trained network of a run, ready to answer. It needs `run.yaml` and the weights (`model.safetensors`, or
 * `best.safetensors`) of the run directory, and no data set. On the sparse engine, weights exist only where they are
 * active.
 *
 * @param directory - the run directory
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where it is none, has no such weights or they are damaged;
 *   ESPALIER_DATA_SHAPE where they are those of another network; ESPALIER_UNKNOWN_ARCHITECTURE where the run trained a
 *   model of one's own and none is given; ESPALIER_UNKNOWN_ENGINE, ESPALIER_BACKEND_UNAVAILABLE and the like for the
 *   engine
 * @throws TypeError for both an architecture and a model
 * @example
 * ```ts
 * const model = await loadModel('runs/first');
 * const [answer] = await model.classes(image);
 * ```
 */
export async function loadModel(directory: string, options: LoadModelOptions = {}): Promise<Predictor> {
  const trained = readTrained(directory, options.weights ?? 'model');
  const path = trained.files.file('config');
  const config = parseConfig(loadConfigFile(path), path);
  const network = givenNetwork(options) ?? trainedNetwork(trained, config);
  const shapes = shapesOf(network);
  const engine = await trainedEngine({
    trained,
    network,
    loss: lossFor(config, shapes.outputShape),
    choice: engineOf(config, options),
  });
  return createPredictor(engine, { inputShape: shapes.inputShape, outputs: sizeOf(shapes.outputShape) });
}

/** The engine of a run, unless told otherwise: then the run's backend and threads are of no account. */
export function engineOf(
  config: Pick<ResolvedConfig, 'engine' | 'backend' | 'threads'>,
  options: Pick<LoadModelOptions, 'engine' | 'backend' | 'threads'>,
): Pick<EngineChoice, 'engine' | 'backend' | 'threads'> {
  const engine = options.engine ?? config.engine;
  const own = engine === config.engine ? config : undefined;
  const backend = options.backend ?? own?.backend;
  const threads = options.threads ?? own?.threads;
  return { engine, ...(backend !== undefined && { backend }), ...(threads !== undefined && { threads }) };
}

function givenNetwork({ architecture, model }: LoadModelOptions): Network | undefined {
  if (architecture !== undefined && model !== undefined) {
    throw new TypeError('loadModel: both model and architecture are given; one of them was trained.');
  }
  if (model !== undefined) return { model };
  return architecture && { architecture };
}

interface Shapes {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
}

function shapesOf(network: Network): Shapes {
  if ('architecture' in network) {
    const { architecture } = network;
    return { inputShape: architecture.inputShape, outputShape: outputShape(architecture) };
  }
  // What models of TensorFlow.js, and others after Keras, say of themselves.
  const { inputs, outputs } = (network.model ?? {}) as {
    readonly [side in 'inputs' | 'outputs']?: readonly { readonly shape: readonly number[] }[];
  };
  if (inputs?.length !== 1 || outputs?.length !== 1) {
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      'loadModel: the model has not one input and one output, as a tf.LayersModel that can be trained has.',
    );
  }
  return { inputShape: inputs[0]!.shape.slice(1), outputShape: outputs[0]!.shape.slice(1) };
}

/** Only a final softmax depends on it: with cross-entropy, logits are what the network gives. */
function lossFor({ train }: ResolvedConfig, outputs: readonly number[]): Loss {
  return train.loss ?? (outputs.length === 1 && outputs[0]! > 1 ? 'cross-entropy' : 'mean-squared-error');
}
