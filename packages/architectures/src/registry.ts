import { type Architecture, EspalierError, type Options, suggest } from '@espalier/core/engine';
import { smallConvnet } from './networks/convnet-small.js';
import { lenet5 } from './networks/lenet5.js';
import { lenet300100 } from './networks/lenet300100.js';
import { type MlpOptions, mlp } from './networks/mlp.js';

/** An architecture that a configuration can name. */
export interface ArchitectureEntry {
  /** One line for listings. */
  readonly summary: string;
  /** Every option with its default. */
  readonly defaults: Options;
  /**
   * Makes the architecture.
   * @param options - all of them, checked against `defaults` by {@link architectureByName}
   */
  build(options: Options): Architecture;
}

/** The architectures by the name that a configuration uses. */
export const ARCHITECTURES: Readonly<Record<string, ArchitectureEntry>> = {
  mlp: {
    summary: 'Multilayer perceptron of any widths.',
    defaults: { layers: [784, 300, 100, 10], activation: 'relu', dropout: 0 },
    build: (options) => mlp(options as unknown as MlpOptions),
  },
  'lenet-300-100': {
    summary: 'The perceptron 784-300-100-10 with ReLU.',
    defaults: {},
    build: lenet300100,
  },
  lenet5: {
    summary: 'LeNet-5 for 28x28x1: two 5x5 convolutions with max-pooling, three dense layers.',
    defaults: {},
    build: lenet5,
  },
  'convnet-small': {
    summary: 'Three 3x3 convolutions of 8, 16, 32 filters with batch normalisation, for 28x28x1.',
    defaults: {},
    build: smallConvnet,
  },
};

/**
 * Builds the architecture that a configuration names.
 *
 * @param name - a key of {@link ARCHITECTURES}
 * @param options - options that differ from the defaults
 * @throws EspalierError ESPALIER_UNKNOWN_ARCHITECTURE, ESPALIER_UNKNOWN_OPTION, or ESPALIER_INVALID_OPTION for a
 *   value of the wrong type or out of range
 */
export function architectureByName(name: string, options: Options = {}): Architecture {
  const entry = Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined;
  if (entry === undefined) {
    throw new EspalierError(
      'ESPALIER_UNKNOWN_ARCHITECTURE',
      `There is no architecture "${name}".${suggest(name, Object.keys(ARCHITECTURES))}`,
    );
  }
  for (const [option, value] of Object.entries(options)) checkOption(name, entry, option, value);
  return entry.build({ ...entry.defaults, ...options });
}

function checkOption(name: string, { defaults }: ArchitectureEntry, option: string, value: unknown): void {
  if (!Object.hasOwn(defaults, option)) {
    const known = Object.keys(defaults);
    throw new EspalierError(
      'ESPALIER_UNKNOWN_OPTION',
      `Architecture "${name}" has no option "${option}"${known.length === 0 ? '; it has none.' : `.${suggest(option, known)}`}`,
    );
  }
  const expected = typeOf(defaults[option]);
  if (typeOf(value) !== expected) {
    throw new EspalierError(
      'ESPALIER_INVALID_OPTION',
      `Option "${option}" of architecture "${name}" is ${JSON.stringify(value)}; it must be of type ${expected}, ` +
        `such as the default ${JSON.stringify(defaults[option])}.`,
    );
  }
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}
