import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { idxDataset } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { idxBytes } from './idx-bytes.js';
import { temporaryDirectory } from './temporary.js';

/** Three training and two test images of 1 x 2 pixels in two classes; `files` replace or remove some. */
function directoryOf(files: Record<string, Uint8Array | undefined> = {}): string {
  const directory = temporaryDirectory();
  const all = {
    'train-images-idx3-ubyte': idxBytes([3, 1, 2], [0, 255, 51, 102, 0, 0]),
    'train-labels-idx1-ubyte': idxBytes([3], [0, 1, 1]),
    't10k-images-idx3-ubyte': idxBytes([2, 1, 2], [255, 0, 0, 255]),
    't10k-labels-idx1-ubyte': idxBytes([2], [1, 0]),
    ...files,
  };
  for (const [name, bytes] of Object.entries(all)) {
    if (bytes !== undefined) writeFileSync(join(directory, name), bytes);
  }
  return directory;
}

describe('idxDataset', () => {
  it('gives bytes as shares of 255 with their labels', () => {
    const dataset = idxDataset({ name: 'tiny', directory: directoryOf() });
    expect(dataset).toMatchObject({
      inputShape: [1, 2, 1],
      outputs: 2,
      task: 'classification',
      trainSize: 3,
      splits: { test: 2 },
    });
    const batch = dataset.evaluationBatch('test', 0, 2);
    expect([...batch.inputs]).toEqual([1, 0, 0, 1]);
    expect([...batch.labels!]).toEqual([1, 0]);
  });

  it('standardises by the training set', () => {
    const dataset = idxDataset({ name: 'tiny', directory: directoryOf(), standardise: true });
    const { inputs } = dataset.trainBatch({ seed: 0, epoch: 0, index: 0, batchSize: 3 });
    const mean = inputs.reduce((sum, x) => sum + x, 0) / 6;
    expect(mean).toBeCloseTo(0, 6);
    expect(inputs.reduce((sum, x) => sum + x * x, 0) / 6).toBeCloseTo(1, 6);
  });

  it('finds the files gzipped and under their other spelling', () => {
    const directory = directoryOf({
      'train-images-idx3-ubyte': undefined,
      'train-images.idx3-ubyte.gz': gzipSync(idxBytes([3, 1, 2], [0, 255, 51, 102, 0, 0])),
    });
    expect(idxDataset({ name: 'tiny', directory }).trainSize).toBe(3);
  });

  it('says which file is missing and where it looked', () => {
    const directory = directoryOf({ 't10k-labels-idx1-ubyte': undefined });
    expect(() => idxDataset({ name: 'tiny', directory })).toThrow(
      /ESPALIER_DATA_NOT_FOUND.*t10k-labels-idx1-ubyte.*espalier-data-/,
    );
  });

  it.each([
    [
      'fewer labels than images',
      { 'train-labels-idx1-ubyte': idxBytes([2], [0, 1]) },
      '3 examples, but 2 labels',
    ],
    ['test images of another size', { 't10k-images-idx3-ubyte': idxBytes([2, 1, 1], [0, 0]) }, '[1, 1, 1]'],
    ['a test label that training lacks', { 't10k-labels-idx1-ubyte': idxBytes([2], [1, 7]) }, 'label 7'],
    ['labels of two dimensions', { 'train-labels-idx1-ubyte': idxBytes([3, 1], [0, 1, 1]) }, '3 x 1'],
    [
      'no images',
      { 'train-images-idx3-ubyte': idxBytes([0, 1, 2], []), 'train-labels-idx1-ubyte': idxBytes([0], []) },
      '0 input values',
    ],
  ])('refuses %s', (_, files, message) => {
    const directory = directoryOf(files);
    expect(() => idxDataset({ name: 'tiny', directory })).toThrow('ESPALIER_DATA_SHAPE');
    expect(() => idxDataset({ name: 'tiny', directory })).toThrow(message);
  });
});
