import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATASETS, datasetByName } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { idxBytes } from './idx-bytes.js';
import { temporaryDirectory } from './temporary.js';

const embedded = {
  'fashion-mnist-mini': fileURLToPath(new URL('../../data-fashion-mnist-mini/files', import.meta.url)),
};

describe('datasetByName', () => {
  it('gives the embedded images', () => {
    const dataset = datasetByName('fashion-mnist-mini', {}, { embedded });
    expect(dataset).toMatchObject({
      name: 'fashion-mnist-mini',
      inputShape: [28, 28, 1],
      outputs: 10,
      trainSize: 5000,
      splits: { test: 1000 },
    });
  });

  it('sets validation examples aside, as a share or a number', () => {
    expect(datasetByName('synthetic', { train: 50, validation: 0.2 }).splits.validation).toBe(10);
    expect(datasetByName('synthetic', { train: 50, validation: 7 }).splits.validation).toBe(7);
  });

  it('looks for relative directories from the base directory', () => {
    const baseDirectory = temporaryDirectory();
    const directory = join(baseDirectory, 'data/mnist');
    mkdirSync(directory, { recursive: true });
    for (const set of ['train', 't10k']) {
      writeFileSync(join(directory, `${set}-images-idx3-ubyte`), idxBytes([2, 1, 1], [0, 1]));
      writeFileSync(join(directory, `${set}-labels-idx1-ubyte`), idxBytes([2], [0, 1]));
    }
    expect(datasetByName('mnist', {}, { baseDirectory }).trainSize).toBe(2);
    expect(datasetByName('mnist', { directory: 'data/mnist' }, { baseDirectory }).trainSize).toBe(2);
  });

  it('says where it looked and how to get the data', () => {
    const baseDirectory = temporaryDirectory();
    expect(() => datasetByName('fashion-mnist', { directory: 'gone' }, { baseDirectory })).toThrow(
      /ESPALIER_DATA_NOT_FOUND.*gone\..*dataset-fashion-mnist/,
    );
    expect(() => datasetByName('fashion-mnist-mini')).toThrow('install @espalier/data-fashion-mnist-mini');
  });

  it('offers the nearest name, option and type', () => {
    expect(() => datasetByName('fashion-mnist-mimi')).toThrow(
      /ESPALIER_UNKNOWN_DATA.*Did you mean "fashion-mnist-mini"/,
    );
    expect(() => datasetByName('synthetic', { trian: 5 })).toThrow(
      /ESPALIER_UNKNOWN_OPTION.*Did you mean "train"/,
    );
    expect(() => datasetByName('synthetic', { train: '5' })).toThrow(
      /ESPALIER_INVALID_OPTION.*"train" is "5", but must be a finite number/,
    );
    expect(() => datasetByName('synthetic', { noise: null })).toThrow('ESPALIER_INVALID_OPTION');
    expect(() => datasetByName('mnist', { directory: 3 })).toThrow(
      /ESPALIER_INVALID_OPTION.*directory must be a path/,
    );
  });

  it('describes every option of every data set', () => {
    for (const { defaults, about } of DATASETS) {
      expect(Object.keys(about.options ?? {}).sort()).toEqual(Object.keys(defaults).sort());
    }
  });
});
