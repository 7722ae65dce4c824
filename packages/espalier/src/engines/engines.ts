import {
  type EngineFactory,
  EspalierError,
  type Loss,
  type Network,
  type Signal,
  suggest,
} from '@espalier/core';
import type { KernelName } from '@espalier/engine-sparse';
import type { BackendName } from '@espalier/engine-tfjs';
import { automatic } from './automatic.js';

/** What an engine is made with. */
export interface EngineSettings {
  readonly backend?: string;
  /** Default: as many as the engine finds good. */
  readonly threads?: number;
  /** Whether the first moment is kept at every position. Default false. */
  readonly denseMomentum?: boolean;
  /** See {@link EngineChoice.denseState}. */
  readonly denseState?: 'refuse' | 'allow';
}

/** What a configuration says of the engine. */
export interface EngineChoice extends Pick<EngineSettings, 'backend' | 'threads' | 'denseState'> {
  /** `auto`, or an engine's name. */
  readonly engine: string;
  /** The share of weights that the run will have; `auto` goes by it. Default: few enough for the sparse engine. */
  readonly density?: number;
  /** Whether the engine `sparse` may keep values and optimizer state where there is no weight. Default `refuse`. */
  readonly denseState?: 'refuse' | 'allow';
  /** What is minimised; `auto` takes an engine that can do that to the network. */
  readonly loss?: Loss;
  /** The signals that the run needs, each with who reads it; `auto` takes an engine that supplies them. Default none. */
  readonly needs?: ReadonlyMap<Signal, string>;
}

type Load = (settings: EngineSettings) => Promise<EngineFactory>;

const ENGINES: Readonly<Record<string, Load>> = {
  sparse: async ({ backend, threads, denseMomentum = false, denseState = 'refuse' }) => {
    const { sparseEngine } = await import('@espalier/engine-sparse');
    return sparseEngine({
      denseMomentum,
      denseState,
      ...(backend === undefined ? {} : { backend: backend as KernelName }),
      ...(threads === undefined ? {} : { threads }),
    });
  },
  tfjs: async ({ backend, denseMomentum = false }) => {
    const { tfjsEngine } = await import('@espalier/engine-tfjs');
    // The engine knows its backends, and says so where this is none of them.
    return tfjsEngine({
      denseMomentum,
      ...(backend === undefined ? {} : { backend: backend as BackendName }),
    });
  },
  reference: async ({ backend, denseMomentum = false }) => {
    if (backend !== undefined && backend !== 'float64') {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `The engine reference has no backend "${backend}". Known: float64.`,
      );
    }
    const { referenceEngine } = await import('@espalier/engine-reference');
    return referenceEngine({ denseMomentum });
  },
};

/** What a configuration can say of the engine. */
export const ENGINE_NAMES: readonly string[] = ['auto', ...Object.keys(ENGINES)];

/**
 * An engine by name.
 * @throws EspalierError ESPALIER_UNKNOWN_ENGINE, or what its backend complains of
 */
export function loadEngine(name: string, settings: EngineSettings = {}): Promise<EngineFactory> {
  const load = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (load === undefined) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_ENGINE',
      `There is no engine "${name}".${suggest(name, ENGINE_NAMES)}`,
    );
  }
  return load(settings);
}

/**
 * The engine for a network and what a run needs; its notes say why `auto` took it.
 *
 * @throws EspalierError ESPALIER_UNKNOWN_ENGINE, ESPALIER_INVALID_OPTION or ESPALIER_BACKEND_UNAVAILABLE for a
 *   backend, or ESPALIER_ENGINE_REFUSES with the engine's reasons
 */
export async function chooseEngine(choice: EngineChoice, network: Network): Promise<EngineFactory> {
  const { engine, backend, threads, denseState, needs = new Map(), loss } = choice;
  const names = engine === 'auto' ? await automatic(choice, network) : [engine];
  const settings = {
    ...(backend === undefined ? {} : { backend }),
    ...(threads === undefined ? {} : { threads }),
    ...(denseState === undefined ? {} : { denseState }),
  };
  const passedOver: string[] = [];
  for (const name of names) {
    // Masked engines hold every position in any case.
    const denseMomentum = needs.has('denseMomentum') && (name !== 'sparse' || denseState === 'allow');
    const factory = await loadEngine(name, { ...settings, denseMomentum });
    const refusals = factory.refuses(network, loss);
    // Who names an engine hears of what it lacks where the strategy that needs it is known.
    const reasons = engine === 'auto' ? [...refusals, ...lacking(needs, factory)] : refusals;
    if (reasons.length === 0) return withNotes(factory, passedOver);
    passedOver.push(`engine "${name}": ${reasons.join(' ')}`);
  }
  throw new EspalierError('ESPALIER_ENGINE_REFUSES', `This network can not be run. ${passedOver.join(' ')}`);
}

function lacking(needs: ReadonlyMap<Signal, string>, { signals }: EngineFactory): readonly string[] {
  return [...needs]
    .filter(([signal]) => !signals.has(signal))
    .map(([signal, reader]) => `It does not supply the signal "${signal}", which ${reader} reads.`);
}

function withNotes(factory: EngineFactory, passedOver: readonly string[]): EngineFactory {
  if (passedOver.length === 0) return factory;
  const notes = passedOver.map((why) => `Passed over ${why}`);
  return { ...factory, notes: [...(factory.notes ?? []), ...notes] };
}
