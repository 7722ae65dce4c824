import {
  type Engine,
  type EngineFactory,
  type EngineRequest,
  EspalierError,
  type LayerDescription,
} from '@espalier/core/engine';
import { platform } from '#platform';
import { type DenseState, suppliedSignals } from './engine/signals.js';
import { SparseEngine } from './engine/sparse-engine.js';
import { loadKernels } from './kernels/load.js';
import { BACKENDS, type KernelName } from './kernels/names.js';
import { MOST_THREADS } from './memory/control.js';
import { SharedMemory } from './memory/shared-memory.js';
import { type NetworkSource, networkSource, refusals } from './model/network-source.js';
import { OwnWeights } from './model/own-weights.js';
import { SparseNetwork } from './network/sparse-network.js';
import { Optimizer } from './parameters/optimizer.js';
import { latentRefusal, lossRefusals } from './refusals.js';
import { Team } from './threads/team.js';
import { WORTH_THREADS, workOf } from './threads/work.js';

/** Options of {@link sparseEngine}. */
export interface SparseEngineOptions {
  /**
   * How many threads compute, 1 to 64, the calling one included. Default: the machine's cores; steps of so little
   * work (non-zeros and values x batch) that threads would wait for each other more than they compute are left to one.
   */
  readonly threads?: number;
  /**
   * `wasm` (default) rounds alike on every machine; `wasm-relaxed` may fuse multiplications and additions, which is
   * up to a fifth faster.
   */
  readonly backend?: KernelName;
  /**
   * Keeps optimizer slots at positions without a weight too, which follow the gradient there, and supplies the signal
   * `denseMomentum`. With the gradient they take 8 bytes for each position of each layer (16 with adam and adamw),
   * outside of the engine's own memory, and every step forms the dense gradient. Default false.
   */
  readonly denseMomentum?: boolean;
  /**
   * Whether requests may keep values off the mask ({@link EngineRequest.latent}); the engine then supplies the signal
   * `weight`. Values, optimizer slots and a gradient take 12 bytes for each position of each layer (20 with adam and
   * adamw), outside of the engine's own memory, and every step forms the gradient at the positions that are trained.
   * Forward pass, gradients by activations and updates of active weights stay sparse. Default `refuse`.
   */
  readonly denseState?: 'refuse' | 'allow';
}

/** An engine of {@link sparseEngine}. */
export interface ConvertingEngine extends Engine {
  /**
   * Writes the present weights to the tf.LayersModel that the network was converted from, 0 where they are not active.
   * Until then the model is as it was. Does nothing for an architecture.
   * @throws EspalierError ESPALIER_DISPOSED
   */
  updateModel(): void;
}

/** The factory of the sparse engine. */
export interface SparseEngineFactory extends EngineFactory {
  /** See {@link EngineFactory.create}. */
  create(request: EngineRequest): Promise<ConvertingEngine>;
}

/** Threads are started where batches of so many examples are worth them. */
const LARGE_BATCH = 128;

/**
 * The truly sparse engine: weights, gradients and optimizer slots exist only at active positions, in memory and in
 * time. It trains on WebAssembly SIMD kernels, in several threads over one memory.
 *
 * - Signals: `gradient` (any position), `momentum` (active positions; sgd: the velocity, adam: the first moment),
 *   `factors`, and where asked for `denseMomentum` and `weight` (any position). A dense gradient is never held, but where weights off the mask
 *   are trained: activations and deltas of the batch are, and `strongest` streams what it implies.
 * - Same seed, thread count and backend: the same bytes.
 * - A step whose loss or gradient is not finite fails with ESPALIER_NOT_FINITE and changes no weight.
 * - What does not fit in the 4 GiB of one memory is ESPALIER_ENGINE_REFUSES, with the arithmetic.
 * - A tf.LayersModel is converted: dense, 1-D, 2-D and depthwise convolutions, batch normalisation, relu, leaky relu,
 *   gelu_new, tanh, sigmoid, pooling, flatten, dropout and add, nested models included; layers are called as in the
 *   engine "tfjs". The network keeps the model's weights where it is given none; with cross-entropy a final softmax is
 *   left out. The model changes when {@link ConvertingEngine.updateModel} is called only.
 * - In browsers it fetches its kernels when the first engine is created, and has more than one thread where the page is
 *   isolated from other origins (headers Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy).
 *
 * @throws EspalierError ESPALIER_INVALID_OPTION; ESPALIER_BACKEND_UNAVAILABLE where the runtime lacks what it needs
 */
export function sparseEngine(options: SparseEngineOptions = {}): SparseEngineFactory {
  const { threads, backend = 'wasm', denseMomentum = false, denseState = 'refuse' } = options;
  checkOptions(threads, backend);
  const dense = { values: denseState === 'allow', momentum: denseMomentum };
  const kernels = loadKernels(backend);
  // Whoever creates an engine hears of it.
  if (kernels instanceof Promise) kernels.catch(() => {});
  return {
    name: 'sparse',
    backend,
    signals: suppliedSignals(dense),
    refuses(network, loss) {
      const found = refusals(network);
      return found.length > 0 || loss === undefined ? found : lossRefusals(networkSource(network), loss);
    },
    inspect: (network) => layersOf(networkSource(network)),
    create: (request) => createEngine(request, { backend, dense, threads }),
  };
}

interface Settings {
  readonly backend: KernelName;
  readonly dense: DenseState;
  readonly threads: number | undefined;
}

async function createEngine(
  request: EngineRequest,
  { backend, dense, threads }: Settings,
): Promise<SparseEngine> {
  const source = networkSource(request.network);
  const optimizer = new Optimizer(request.optimizer);
  const latentRefusals =
    request.latent === undefined || dense.values ? [] : [latentRefusal(layersOf(source), optimizer)];
  refuse([...latentRefusals, ...lossRefusals(source, request.loss)]);
  const own = source.weights && new OwnWeights(source.weights);
  const shared = new SharedMemory();
  const team = await Team.start(shared, backend, threadsToUse(threads) ?? threadsFor(source, request));
  team.adapts = threads === undefined;
  try {
    const network = new SparseNetwork(source.shaped, optimizer.slots, shared, team.threads);
    return new SparseEngine(backend, request, network, optimizer, shared, team, own, dense);
  } catch (error) {
    team.end();
    throw error;
  }
}

/** Pages that are not isolated from others have no memory to share. */
function threadsToUse(asked: number | undefined): number | undefined {
  if (platform.sharesMemory) return asked;
  if (asked === undefined || asked === 1) return 1;
  throw new EspalierError(
    'ESPALIER_BACKEND_UNAVAILABLE',
    `${asked} threads need memory that they share, which this page has not: serve it with the headers ` +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or leave threads out.',
  );
}

function threadsFor(source: NetworkSource, { start }: EngineRequest): number {
  const layers = layersOf(source);
  const products = start.reduce(
    (sum, { active }, i) => sum + active.length * (layers[i]?.outputPositions ?? 1),
    0,
  );
  return LARGE_BATCH * workOf(source.shaped, products) < WORTH_THREADS
    ? 1
    : Math.min(MOST_THREADS, platform.cores);
}

function layersOf({ shaped }: NetworkSource): readonly LayerDescription[] {
  return shaped.nodes.flatMap(({ parameters }) =>
    parameters.flatMap(({ layer }) => (layer === undefined ? [] : [layer])),
  );
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
