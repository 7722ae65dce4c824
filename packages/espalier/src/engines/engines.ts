import { type EngineFactory, EspalierError, type Network, suggest } from '@espalier/core';
import type { KernelName } from '@espalier/engine-sparse';
import type { BackendName } from '@espalier/engine-tfjs';

/** What a configuration says of the engine. */
export interface EngineChoice {
  /** `auto`, or an engine's name. */
  readonly engine: string;
  readonly backend?: string;
  /** The share of weights that the run will have; `auto` goes by it. Default: few enough for the sparse engine. */
  readonly density?: number;
}

type Load = (backend: string | undefined) => Promise<EngineFactory>;

const ENGINES: Readonly<Record<string, Load>> = {
  sparse: async (backend) => {
    const { sparseEngine } = await import('@espalier/engine-sparse');
    return sparseEngine(backend === undefined ? {} : { backend: backend as KernelName });
  },
  tfjs: async (backend) => {
    const { tfjsEngine } = await import('@espalier/engine-tfjs');
    // The engine knows its backends, and says so where this is none of them.
    return tfjsEngine(backend === undefined ? {} : { backend: backend as BackendName });
  },
  reference: async (backend) => {
    if (backend !== undefined && backend !== 'float64') {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `The engine reference has no backend "${backend}". Known: float64.`,
      );
    }
    const { referenceEngine } = await import('@espalier/engine-reference');
    return referenceEngine();
  },
};

/**
 * Up to this density `auto` prefers the sparse engine. Against the WASM backend of tfjs it was faster at every density
 * in benchmarks/results/engines.json; against a native backend, which a dense matrix product suits, it would not be.
 */
const CROSSOVER = 0.5;

/** Backends of tfjs alone: who asks for one has chosen the engine. */
const TFJS_ONLY: ReadonlySet<string | undefined> = new Set(['node-gpu', 'node', 'cpu']);

/** What `auto` tries, in this order. */
function automatic({ backend, density = 0 }: EngineChoice): readonly string[] {
  if (TFJS_ONLY.has(backend)) return ['tfjs'];
  return density <= CROSSOVER ? ['sparse', 'tfjs', 'reference'] : ['tfjs', 'sparse', 'reference'];
}

/** What a configuration can say of the engine. */
export const ENGINE_NAMES: readonly string[] = ['auto', ...Object.keys(ENGINES)];

/**
 * An engine by name.
 * @throws EspalierError ESPALIER_UNKNOWN_ENGINE, or what its backend complains of
 */
export function loadEngine(name: string, backend?: string): Promise<EngineFactory> {
  const load = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (load === undefined) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_ENGINE',
      `There is no engine "${name}".${suggest(name, ENGINE_NAMES)}`,
    );
  }
  return load(backend);
}

/**
 * The engine for a network.
 *
 * @throws EspalierError ESPALIER_UNKNOWN_ENGINE, ESPALIER_INVALID_OPTION or ESPALIER_BACKEND_UNAVAILABLE for a
 *   backend, or ESPALIER_ENGINE_REFUSES with the engine's reasons
 */
export async function chooseEngine(choice: EngineChoice, network: Network): Promise<EngineFactory> {
  const names = choice.engine === 'auto' ? automatic(choice) : [choice.engine];
  const refusals: string[] = [];
  for (const name of names) {
    const factory = await loadEngine(name, choice.backend);
    const reasons = factory.refuses(network);
    if (reasons.length === 0) return factory;
    refusals.push(`engine "${name}": ${reasons.join(' ')}`);
  }
  throw new EspalierError('ESPALIER_ENGINE_REFUSES', `This network can not be run. ${refusals.join(' ')}`);
}
