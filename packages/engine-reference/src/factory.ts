import { maskableLayers } from '@espalier/architectures';
import { type Architecture, type EngineFactory, EspalierError, type Network } from '@espalier/core';
import { ReferenceEngine } from './engine.js';
import { suppliedSignals } from './signals.js';

/** Options of {@link referenceEngine}. */
export interface ReferenceEngineOptions {
  /**
   * Keeps optimizer slots that follow the gradient at every position, active or not, and supplies the signal
   * `denseMomentum`. Default false.
   */
  readonly denseMomentum?: boolean;
}

/**
 * The reference engine: plain loops in float64, one thread. It runs every architecture and optimizer, slowly and
 * clearly, and is what the other engines are tested against.
 *
 * - Signals: `gradient` (any position, summed over accumulated batches) and `momentum` (active positions; sgd: the
 *   velocity, adam: the first moment); `weight` (any position); `factors`; `denseMomentum` (any position) where asked for.
 * - Reading a signal that the last step was not asked for is a TypeError.
 * - A step whose loss or gradient is not finite fails with ESPALIER_NOT_FINITE and changes nothing.
 * - Batches that do not fit, and states of another network, fail with ESPALIER_DATA_SHAPE.
 * - It runs architectures only, no models.
 */
export function referenceEngine({ denseMomentum = false }: ReferenceEngineOptions = {}): EngineFactory {
  return {
    name: 'reference',
    backend: 'float64',
    signals: suppliedSignals(denseMomentum),
    refuses: (network) => ('architecture' in network ? [] : [NO_MODELS]),
    inspect: (network) => maskableLayers(architectureOf(network)),
    create: async (request) => new ReferenceEngine(architectureOf(request.network), request, denseMomentum),
  };
}

const NO_MODELS =
  'The reference engine runs architectures of Espalier only, not models of another library; the engine "tfjs" runs any tf.LayersModel.';

function architectureOf(network: Network): Architecture {
  if ('architecture' in network) return network.architecture;
  throw new EspalierError('ESPALIER_ENGINE_REFUSES', NO_MODELS);
}
