import {
  type Architecture,
  type Dataset,
  EspalierError,
  type Logger,
  type NamedObserver,
  type Plugin,
  type ServiceDefinition,
} from '@espalier/core';
import type { Named, RunConfig } from '@espalier/runs';

/**
 * A run configured from code: a {@link RunConfig} whose names may also be the things themselves.
 */
export interface TrainerConfig extends Omit<RunConfig, 'data' | 'architecture' | 'plugins' | 'observers'> {
  /** A data set by name, or one of your own. */
  readonly data?: Named | Dataset;
  /** An architecture by name, or one of your own. */
  readonly architecture?: Named | Architecture;
  /** A model of the engine's own kind, such as a tf.LayersModel, in place of an architecture. It keeps its weights. */
  readonly model?: unknown;
  /** Plugins by package name or path, or as objects. */
  readonly plugins?: readonly (string | Plugin)[];
  /** Observers by registered name, or as objects. */
  readonly observers?: readonly (Named | NamedObserver)[];
  /** Services that replace core's, or that your strategies have injected. */
  // biome-ignore lint/suspicious/noExplicitAny: a list of services of different types.
  readonly services?: readonly ServiceDefinition<any>[];
  /** Whether `topology:update` events carry positions. Default false. */
  readonly positions?: boolean;
  /** Where warnings outside of events go. Default the console's error stream. */
  readonly logger?: Logger;
  /** What relative paths and plugin names are relative to. Default the working directory. */
  readonly baseDirectory?: string;
  /** Whether `out` may replace a run. Default false. */
  readonly force?: boolean;
}

/** The things themselves, apart from what can be written down. */
export interface CodeParts {
  readonly dataset?: Dataset;
  readonly architecture?: Architecture;
  readonly model?: unknown;
  readonly plugins: readonly Plugin[];
  readonly observers: readonly NamedObserver[];
  // biome-ignore lint/suspicious/noExplicitAny: a list of services of different types.
  readonly services: readonly ServiceDefinition<any>[];
  readonly positions: boolean;
  readonly logger?: Logger;
  readonly baseDirectory: string;
  readonly force: boolean;
}

/**
 * Parts a configuration from code into what can be written down and what can't.
 * @throws EspalierError ESPALIER_INVALID_CONFIG where it has both a model and an architecture
 */
export function partConfig(config: TrainerConfig): { readonly written: RunConfig; readonly code: CodeParts } {
  const {
    data,
    architecture,
    model,
    plugins,
    observers,
    services,
    positions,
    logger,
    baseDirectory,
    force,
    ...rest
  } = config;
  if (model !== undefined && architecture !== undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      'createTrainer: both model and architecture are given; one of them is what is trained.',
    );
  }
  const dataset = isDataset(data) ? data : undefined;
  const network = isArchitecture(architecture) ? architecture : undefined;
  return {
    written: {
      ...rest,
      ...(dataset !== undefined
        ? { data: { use: dataset.name } }
        : data === undefined
          ? {}
          : { data: data as Named }),
      ...(network !== undefined
        ? { architecture: { use: network.name } }
        : architecture === undefined
          ? {}
          : { architecture: architecture as Named }),
      ...(model === undefined ? {} : { architecture: { use: nameOfModel(model) } }),
      plugins: (plugins ?? []).filter((p): p is string => typeof p === 'string'),
      observers: (observers ?? []).filter((o): o is Named => !isObserver(o)),
    },
    code: {
      ...(dataset === undefined ? {} : { dataset }),
      ...(network === undefined ? {} : { architecture: network }),
      ...(model === undefined ? {} : { model }),
      plugins: (plugins ?? []).filter((p): p is Plugin => typeof p !== 'string'),
      observers: (observers ?? []).filter(isObserver),
      services: services ?? [],
      positions: positions ?? false,
      ...(logger === undefined ? {} : { logger }),
      baseDirectory: baseDirectory ?? process.cwd(),
      force: force ?? false,
    },
  };
}

function isDataset(data: TrainerConfig['data']): data is Dataset {
  return typeof data === 'object' && 'trainBatch' in data;
}

function isArchitecture(architecture: TrainerConfig['architecture']): architecture is Architecture {
  return typeof architecture === 'object' && 'nodes' in architecture;
}

function isObserver(observer: Named | NamedObserver): observer is NamedObserver {
  return typeof observer === 'object' && 'observer' in observer;
}

function nameOfModel(model: unknown): string {
  const name = (model as { readonly name?: unknown }).name;
  return typeof name === 'string' && name !== '' ? name : 'model';
}
