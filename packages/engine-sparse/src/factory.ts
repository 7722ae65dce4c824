import { availableParallelism } from 'node:os';
import { maskableLayers } from '@espalier/architectures';
import { type EngineFactory, type EngineRequest, EspalierError, type Network } from '@espalier/core';
import { SIGNALS } from './engine/signals.js';
import { SparseEngine } from './engine/sparse-engine.js';
import { BACKENDS, type KernelName, loadKernels } from './kernels/load.js';
import { MOST_THREADS } from './memory/control.js';
import { SharedMemory } from './memory/shared-memory.js';
import { SparseNetwork } from './network/sparse-network.js';
import { Optimizer } from './parameters/optimizer.js';
import { lossRefusals, refusals } from './refusals.js';
import { Team } from './threads/team.js';

/** Options of {@link sparseEngine}. */
export interface SparseEngineOptions {
  /**
   * How many threads compute, 1 to 64, the calling one included. Default: the machine's cores, or 1 for networks so
   * small that threads would wait for each other more than they compute.
   */
  readonly threads?: number;
  /**
   * `wasm` (default) rounds alike on every machine; `wasm-relaxed` may fuse multiplications and additions, which is
   * up to a fifth faster.
   */
  readonly backend?: KernelName;
}

/** Multiplications per example from which on threads pay. */
const WORTH_THREADS = 30000;

/**
 * The truly sparse engine: weights, gradients and optimizer slots exist only at active positions, in memory and in
 * time. It trains on WebAssembly SIMD kernels, in several threads over one memory.
 *
 * - Signals: `gradient` (any position) and `momentum` (active positions; sgd: the velocity, adam: the first moment).
 *   A dense gradient is never held: activations and deltas of the batch are, and `strongest` streams what it implies.
 * - Same seed, thread count and backend: the same bytes.
 * - A step whose loss or gradient is not finite fails with ESPALIER_NOT_FINITE and changes no weight.
 * - What does not fit in the 4 GiB of one memory is ESPALIER_ENGINE_REFUSES, with the arithmetic.
 * - It runs architectures only, no models, and in Node.js only.
 *
 * @throws EspalierError ESPALIER_INVALID_OPTION; ESPALIER_BACKEND_UNAVAILABLE where the runtime lacks what it needs
 */
export function sparseEngine(options: SparseEngineOptions = {}): EngineFactory {
  const { threads, backend = 'wasm' } = options;
  checkOptions(threads, backend);
  loadKernels(backend);
  return {
    name: 'sparse',
    backend,
    signals: SIGNALS,
    refuses: refusals,
    inspect: (network) => maskableLayers(architectureOf(network)),
    create: (request) => createEngine(request, backend, threads),
  };
}

async function createEngine(
  request: EngineRequest,
  backend: KernelName,
  threads: number | undefined,
): Promise<SparseEngine> {
  const architecture = architectureOf(request.network);
  refuse(lossRefusals(architecture, request.loss));
  const optimizer = new Optimizer(request.optimizer);
  const shared = new SharedMemory();
  const team = await Team.start(shared, backend, threads ?? threadsFor(request));
  try {
    const network = new SparseNetwork(architecture, optimizer.slots, shared, team.threads);
    return new SparseEngine(backend, request, network, optimizer, shared, team);
  } catch (error) {
    team.end();
    throw error;
  }
}

function threadsFor({ network, start }: EngineRequest): number {
  const layers = maskableLayers(architectureOf(network));
  const work = start.reduce(
    (sum, { active }, i) => sum + active.length * (layers[i]?.outputPositions ?? 1),
    0,
  );
  return work < WORTH_THREADS ? 1 : Math.min(MOST_THREADS, availableParallelism());
}

function architectureOf(network: Network) {
  refuse(refusals(network));
  return (network as Extract<Network, { architecture: unknown }>).architecture;
}

function checkOptions(threads: number | undefined, backend: KernelName): void {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `threads of the sparse engine is ${threads}; it must be an integer from 1 to ${MOST_THREADS}.`,
    );
  }
  if (!BACKENDS.includes(backend)) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `The engine sparse has no backend "${backend}". Known: ${BACKENDS.join(', ')}.`,
    );
  }
}

function refuse(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new EspalierError('ESPALIER_ENGINE_REFUSES', reasons.join(' '));
}
