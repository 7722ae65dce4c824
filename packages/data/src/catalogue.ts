import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type About,
  completeOptions,
  type Dataset,
  EspalierError,
  type Options,
  suggest,
} from '@espalier/core';
import { idxDataset } from './idx-dataset.js';
import { syntheticDataset } from './synthetic-dataset.js';
import { splitValidation } from './validation.js';

/** Where named data sets are looked for. */
export interface DatasetEnvironment {
  /** Directories of data sets that come in packages of their own, by the data set's name. */
  readonly embedded?: Readonly<Record<string, string>>;
  /** What relative directories are relative to. Default the working directory. */
  readonly baseDirectory?: string;
}

/** A data set that configurations can name. */
export interface DatasetDefinition {
  /** How configurations name it. */
  readonly name: string;
  /** Every option with its default. */
  readonly defaults: Options;
  /** What it is, for listings and error messages. */
  readonly about: About;
  /**
   * Makes the data set.
   * @param options - complete and of the defaults' types
   */
  create(options: Options, environment: DatasetEnvironment): Dataset;
}

const VALIDATION = {
  defaults: { validation: 0 },
  options: {
    validation: 'Training examples set aside as the split `validation`: a share below 1, or a number.',
  },
};

const STANDARDISE = {
  defaults: { standardise: false },
  options: {
    standardise: 'Whether pixels are shifted and scaled to mean 0 and deviation 1 over the training set.',
  },
};

/** Every data set that {@link datasetByName} knows. */
export const DATASETS: readonly DatasetDefinition[] = [
  {
    name: 'fashion-mnist-mini',
    defaults: { ...STANDARDISE.defaults, ...VALIDATION.defaults },
    about: {
      summary: 'Embedded: 5,000 training and 1,000 test images of Fashion-MNIST, classes balanced.',
      options: { ...STANDARDISE.options, ...VALIDATION.options },
    },
    create(options, { embedded }) {
      const directory = embedded?.[this.name];
      if (directory === undefined) {
        throw new EspalierError(
          'ESPALIER_DATA_NOT_FOUND',
          `The files of ${this.name} are in a package of their own: install @espalier/data-fashion-mnist-mini.`,
        );
      }
      return withValidation(idxDataset({ name: this.name, directory, ...standardise(options) }), options);
    },
  },
  fromDirectory(
    'fashion-mnist',
    'Fashion-MNIST: 60,000 training and 10,000 test images in 10 classes.',
    ['/usr/share/datasets/fashion-mnist', 'data/fashion-mnist'],
    'On Debian and Ubuntu, apt-get install dataset-fashion-mnist; elsewhere, download the four files of github.com/zalandoresearch/fashion-mnist and give their directory',
  ),
  fromDirectory(
    'mnist',
    'MNIST digits: 60,000 training and 10,000 test images in 10 classes.',
    ['data/mnist'],
    'Download its four IDX files and give their directory',
  ),
  {
    name: 'synthetic',
    defaults: {
      seed: 0,
      inputShape: [28, 28, 1],
      classes: 10,
      train: 2000,
      test: 500,
      noise: 1,
      ...VALIDATION.defaults,
    },
    about: {
      summary: 'Seeded random classes of any shape, for tests: prototypes with noise.',
      options: {
        seed: 'Of the examples; independent of the seed of the run.',
        inputShape: 'Shape of one example.',
        classes: 'Number of classes.',
        train: 'Number of training examples.',
        test: 'Number of test examples.',
        noise: 'Standard deviation of the noise; prototypes have deviation 1.',
        ...VALIDATION.options,
      },
    },
    create(options) {
      return withValidation(syntheticDataset(options), options);
    },
  },
];

/**
 * The data set of a name that a configuration gives.
 *
 * @param name - one of {@link DATASETS}
 * @param options - those that differ from the data set's defaults
 * @throws EspalierError ESPALIER_UNKNOWN_DATA, ESPALIER_UNKNOWN_OPTION, ESPALIER_INVALID_OPTION, and what
 * {@link idxDataset} throws
 */
export function datasetByName(
  name: string,
  options: Options = {},
  environment: DatasetEnvironment = {},
): Dataset {
  const definition = DATASETS.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    const known = DATASETS.map((candidate) => candidate.name);
    throw new EspalierError(
      'ESPALIER_UNKNOWN_DATA',
      `No data set is called "${name}".${suggest(name, known)}`,
    );
  }
  return definition.create(
    completeOptions(`The data set ${name}`, definition.defaults, options, definition.about),
    environment,
  );
}

function fromDirectory(
  name: string,
  summary: string,
  places: readonly string[],
  remedy: string,
): DatasetDefinition {
  return {
    name,
    defaults: { directory: null, ...STANDARDISE.defaults, ...VALIDATION.defaults },
    about: {
      summary,
      options: {
        directory: `Holds the four IDX files. By default the first that exists: ${places.join(', ')}.`,
        ...STANDARDISE.options,
        ...VALIDATION.options,
      },
      check: ({ directory }) =>
        directory === null || typeof directory === 'string' ? undefined : 'directory must be a path',
    },
    create(options, { baseDirectory = process.cwd() }) {
      const given = options.directory as string | null;
      const tried = (given === null ? places : [given]).map((place) => resolve(baseDirectory, place));
      const directory = tried.find((place) => existsSync(place));
      if (directory === undefined) {
        throw new EspalierError(
          'ESPALIER_DATA_NOT_FOUND',
          `No directory with the files of ${name}: looked for ${tried.join(' and ')}. ${remedy} (data: { use: ${name}, directory: ... }).`,
        );
      }
      return withValidation(idxDataset({ name, directory, ...standardise(options) }), options);
    },
  };
}

function standardise(options: Options): { standardise: boolean } {
  return { standardise: options.standardise as boolean };
}

function withValidation(dataset: Dataset, options: Options): Dataset {
  const validation = options.validation as number;
  if (validation === 0) return dataset;
  return splitValidation(dataset, validation < 1 ? { share: validation } : { count: validation });
}
