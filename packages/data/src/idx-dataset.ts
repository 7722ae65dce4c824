import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, EspalierError } from '@espalier/core';
import { checkExamples } from './examples.js';
import { type IdxArray, readIdx } from './idx.js';
import { byteValues, MemoryDataset } from './memory-dataset.js';

/** Options of {@link idxDataset}. */
export interface IdxDatasetOptions {
  /** For messages, run directories and reports. */
  readonly name: string;
  /** Holds the four files, plain or gzipped. */
  readonly directory: string;
  /**
   * Subtract the mean of all training pixels and divide by their standard deviation. Default false, pixels are
   * value / 255: on standardised ones a dense LeNet-300-100 diverges at the default learning rate (0.1 with
   * momentum 0.9). At a rate of 0.01, or at densities near 0.02, standardised pixels learn faster.
   */
  readonly standardise?: boolean;
}

/**
 * A classification data set in the files of MNIST: `train-` and `t10k-`, `images-idx3-ubyte` and
 * `labels-idx1-ubyte` (also spelled `images.idx3-ubyte`), plain or with `.gz`. Grey images of [height, width] get
 * the shape [height, width, 1]; there are as many classes as the largest training label says.
 *
 * @throws EspalierError ESPALIER_DATA_NOT_FOUND where a file is missing, ESPALIER_DATA_CORRUPT where one is not
 * IDX, ESPALIER_DATA_SHAPE where they do not fit each other
 */
export function idxDataset({ name, directory, standardise = false }: IdxDatasetOptions): Dataset {
  const read = (set: string) => ({
    images: readIdx(find(name, directory, `${set}-images`, 'idx3-ubyte')),
    labels: readLabels(find(name, directory, `${set}-labels`, 'idx1-ubyte')),
  });
  const train = read('train');
  const test = read('t10k');
  const inputShape = shapeOf(train.images);
  const testShape = shapeOf(test.images);
  if (inputShape.join() !== testShape.join()) {
    throw new EspalierError(
      'ESPALIER_DATA_SHAPE',
      `${directory}: training images have the shape [${inputShape.join(', ')}], test images [${testShape.join(', ')}].`,
    );
  }
  let outputs = 0;
  for (const label of train.labels.data) outputs = Math.max(outputs, label + 1);
  const part = ({ images, labels }: typeof train, set: string) => ({
    examples: checkExamples(
      { inputs: images.data, labels: labels.data },
      { inputShape, outputs },
      `${directory}, ${set} set`,
    ),
  });
  return new MemoryDataset({
    name,
    inputShape,
    outputs,
    train: part(train, 'training'),
    splits: { test: part(test, 'test') },
    byteValues: standardise ? standardised(train.images.data) : byteValues(0, 1),
  });
}

function find(name: string, directory: string, stem: string, kind: string): string {
  const names = [`${stem}-${kind}`, `${stem}.${kind}`].flatMap((plain) => [plain, `${plain}.gz`]);
  const path = names.map((file) => join(directory, file)).find((file) => existsSync(file));
  if (path !== undefined) return path;
  throw new EspalierError(
    'ESPALIER_DATA_NOT_FOUND',
    `${name}: found none of ${names.join(', ')} in ${directory}. Give the directory that holds the data set's four IDX files.`,
  );
}

function readLabels(path: string): IdxArray {
  const labels = readIdx(path);
  if (labels.dims.length === 1) return labels;
  throw new EspalierError(
    'ESPALIER_DATA_SHAPE',
    `${path} holds ${labels.dims.join(' x ')} values; labels have one dimension.`,
  );
}

function shapeOf(images: IdxArray): number[] {
  const [, ...shape] = images.dims;
  if (shape.length === 0) return [1];
  return shape.length === 2 ? [...shape, 1] : shape;
}

function standardised(bytes: Uint8Array): Float32Array {
  const counts = new Float64Array(256);
  for (let i = 0; i < bytes.length; i++) counts[bytes[i]!]!++;
  let mean = 0;
  for (let byte = 0; byte < 256; byte++) mean += (counts[byte]! / bytes.length) * (byte / 255);
  let variance = 0;
  for (let byte = 0; byte < 256; byte++) {
    variance += (counts[byte]! / bytes.length) * (byte / 255 - mean) ** 2;
  }
  // Images of one grey have no deviation; they become zeros.
  return byteValues(mean, variance === 0 ? 1 : Math.sqrt(variance));
}
