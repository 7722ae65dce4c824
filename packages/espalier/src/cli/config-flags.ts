import { EspalierError } from '@espalier/core';
import { setPath } from '@espalier/runs';

/** What a command line says of a configuration. */
export interface ConfigFlags {
  readonly method?: string;
  readonly sparsity?: string;
  readonly density?: string;
  readonly data?: string;
  readonly dataDir?: string;
  readonly architecture?: string;
  readonly epochs?: string;
  readonly batchSize?: string;
  readonly optimizer?: string;
  readonly learningRate?: string;
  readonly validation?: string;
  readonly keepBest?: boolean;
  readonly patience?: string;
  readonly from?: string;
  readonly fromTopology?: string;
  readonly rewind?: boolean;
  readonly observe?: readonly string[];
  readonly engine?: string;
  readonly backend?: string;
  readonly threads?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly set?: readonly string[];
  readonly plugin?: readonly string[];
}

/** Where each flag goes in a run file, and whether its value is text or YAML. */
const TARGETS = {
  method: ['method', 'text'],
  sparsity: ['sparsity.sparsity', 'yaml'],
  density: ['sparsity.density', 'yaml'],
  data: ['data', 'text'],
  dataDir: ['data.directory', 'text'],
  architecture: ['architecture', 'text'],
  epochs: ['train.epochs', 'yaml'],
  batchSize: ['train.batchSize', 'yaml'],
  optimizer: ['optimizer', 'text'],
  learningRate: ['optimizer.learningRate', 'yaml'],
  validation: ['data.validation', 'yaml'],
  patience: ['train.best.patience', 'yaml'],
  from: ['from.directory', 'text'],
  fromTopology: ['from.topology', 'text'],
  engine: ['engine', 'text'],
  backend: ['backend', 'text'],
  threads: ['threads', 'yaml'],
  seed: ['seed', 'yaml'],
  out: ['out', 'text'],
} as const;

/** The configuration of a run file with what the command line says put over it. */
export function applyFlags(config: unknown, flags: ConfigFlags): unknown {
  let changed = config;
  for (const [flag, [path, kind]] of Object.entries(TARGETS)) {
    const value = flags[flag as keyof typeof TARGETS];
    if (value === undefined) continue;
    changed = setPath(changed, path, kind === 'text' ? JSON.stringify(value) : value);
  }
  if (flags.rewind) changed = setPath(changed, 'from.rewind', 'true');
  if (flags.keepBest && flags.patience === undefined)
    changed = setPath(changed, 'train.best.patience', 'null');
  for (const setting of flags.set ?? []) {
    const equals = setting.indexOf('=');
    if (equals < 1) {
      throw new EspalierError(
        'ESPALIER_INVALID_CONFIG',
        `--set ${setting}: write key=value, e.g. --set method.dropFraction=0.5`,
      );
    }
    changed = setPath(changed, setting.slice(0, equals), setting.slice(equals + 1));
  }
  changed = append(changed, 'plugins', flags.plugin);
  return append(changed, 'observers', flags.observe);
}

/** A configuration with further entries of a list. */
function append(config: unknown, key: string, entries: readonly string[] | undefined): unknown {
  if (entries === undefined) return config;
  const present = (config as Readonly<Record<string, readonly unknown[] | undefined>>)[key] ?? [];
  return setPath(config, key, JSON.stringify([...present, ...entries]));
}
