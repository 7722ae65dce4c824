import { maskableLayers } from '@espalier/architectures';
import { type EngineFactory, EspalierError } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { chooseBackend } from './backend/choose.js';
import type { BackendName, BackendReport } from './backend/report.js';
import { suppliedSignals } from './engine/signals.js';
import { TfjsEngine } from './engine/tfjs-engine.js';
import { modelParameters } from './model/model-parameters.js';
import { lossRefusals, refusals } from './model/refusals.js';
import { maskable, releaseNetwork, trainableNetwork } from './model/trainable-network.js';

/** Options of {@link tfjsEngine}. */
export interface TfjsEngineOptions {
  /** Default `auto`: the first of node-gpu, node, wasm, cpu that loads. */
  readonly backend?: BackendName | 'auto';
  /**
   * Globs of weights of a user's own model to mask besides the kernels of dense, convolution, transposed,
   * depthwise and separable layers, e.g. `lstm_1/*kernel`. Default none.
   */
  readonly include?: readonly string[];
  /**
   * Keeps optimizer slots that follow the gradient at every position, active or not, and supplies the signal
   * `denseMomentum`. Default false.
   */
  readonly denseMomentum?: boolean;
}

/** The factory of the engine, which says what it computes on. */
export interface TfjsEngineFactory extends EngineFactory {
  /** What it computes on, and why not on something faster. */
  readonly report: BackendReport;
}

/**
 * The engine on TensorFlow.js: trains an architecture of ours or any tf.LayersModel with masked weights.
 *
 * - Signals: `gradient` (any position), `momentum` (active positions; sgd: the velocity, adam: the first moment),
 *   `weight` (any position), and `denseMomentum` (any position) where asked for. There are no `factors`: where the
 *   gradient is dense in any case, an estimate of it saves nothing.
 * - A user's own model keeps its weights where none are given, is changed in place, and outlives the engine. The
 *   loss reported is the data's, without what regularisers of its layers add.
 * - With cross-entropy a final softmax is left out while the engine runs the model, as the loss takes logits.
 * - Dropout layers draw from keyed streams; other random layers (GaussianNoise, ...) stay unrepeatable.
 *
 * The backend is chosen here, before the first tensor, once per process.
 *
 * @throws EspalierError `ESPALIER_BACKEND_UNAVAILABLE`, `ESPALIER_INVALID_OPTION`: see {@link chooseBackend}
 */
export async function tfjsEngine(options: TfjsEngineOptions = {}): Promise<TfjsEngineFactory> {
  const { backend, include = [], denseMomentum = false } = options;
  const report = await chooseBackend(backend);
  return {
    name: 'tfjs',
    backend: report.backend,
    report,
    signals: suppliedSignals(denseMomentum),
    notes: report.tried.map(({ name, reason }) => `Backend ${name} passed over: ${reason}`),
    refuses: refusals,
    inspect(network) {
      if ('architecture' in network) return maskableLayers(network.architecture);
      refuse(refusals(network));
      return maskable(modelParameters(network.model as tf.LayersModel, include));
    },
    async create(request) {
      refuse(refusals(request.network));
      const network = trainableNetwork(request.network, include);
      try {
        refuse(lossRefusals(network, request.loss));
        const onHost = report.backend === 'wasm' || report.backend === 'cpu';
        const residence = onHost ? 'host' : 'device';
        return new TfjsEngine(report.backend, network, request, residence, denseMomentum);
      } catch (error) {
        releaseNetwork(network);
        throw error;
      }
    },
  };
}

function refuse(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new EspalierError('ESPALIER_ENGINE_REFUSES', reasons.join(' '));
}
