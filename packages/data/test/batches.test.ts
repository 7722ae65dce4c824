import type { Dataset } from '@espalier/core';
import { arrayDataset, splitValidation, syntheticDataset } from '@espalier/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Example i has the inputs [i, i + 100] and the target i, so a batch shows which examples are in it. */
function numbered(size: number): Dataset {
  const inputs = new Float32Array(2 * size);
  for (let i = 0; i < size; i++) inputs.set([i, i + 100], 2 * i);
  const targets = Float32Array.from({ length: size }, (_, i) => i);
  return arrayDataset({
    name: 'numbered',
    inputs,
    targets,
    inputShape: [2],
    outputs: 1,
    test: { inputs, targets },
  });
}

function epochOf(dataset: Dataset, seed: number, epoch: number, batchSize: number): number[] {
  const seen: number[] = [];
  for (let index = 0; index < Math.ceil(dataset.trainSize / batchSize); index++) {
    const batch = dataset.trainBatch({ seed, epoch, index, batchSize });
    expect(batch.size).toBe(Math.min(batchSize, dataset.trainSize - index * batchSize));
    for (let i = 0; i < batch.size; i++) {
      expect([batch.inputs[2 * i], batch.inputs[2 * i + 1]]).toEqual([
        batch.targets![i],
        batch.targets![i]! + 100,
      ]);
      seen.push(batch.targets![i]!);
    }
  }
  return seen;
}

describe('training batches', () => {
  it('hold every example once an epoch, whatever the batch size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(),
        (size, batchSize, seed) => {
          const seen = epochOf(numbered(size), seed, 0, batchSize);
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('depend on their key alone, not on what was asked before', () => {
    const dataset = numbered(20);
    const key = { seed: 3, epoch: 2, index: 1, batchSize: 6 };
    const fresh = numbered(20).trainBatch(key);
    epochOf(dataset, 4, 2, 7);
    epochOf(dataset, 3, 1, 6);
    expect(dataset.trainBatch(key)).toEqual(fresh);
  });

  it('come in the same order for every batch size', () => {
    expect(epochOf(numbered(20), 1, 0, 3)).toEqual(epochOf(numbered(20), 1, 0, 20));
  });

  it('come in another order in another epoch and under another seed', () => {
    const first = epochOf(numbered(20), 1, 0, 5);
    expect(epochOf(numbered(20), 1, 1, 5)).not.toEqual(first);
    expect(epochOf(numbered(20), 2, 0, 5)).not.toEqual(first);
  });

  it('are refused outside the epoch', () => {
    const dataset = numbered(10);
    const key = { seed: 0, epoch: 0, index: 0, batchSize: 4 };
    expect(() => dataset.trainBatch({ ...key, index: 3 })).toThrow('batches 0 to 2 of 4, not 3');
    expect(() => dataset.trainBatch({ ...key, index: -1 })).toThrow(TypeError);
    expect(() => dataset.trainBatch({ ...key, batchSize: 0 })).toThrow('batch size 0');
  });
});

describe('evaluation batches', () => {
  it('keep the order of the split', () => {
    const dataset = numbered(5);
    expect([...dataset.evaluationBatch('test', 0, 3).targets!]).toEqual([0, 1, 2]);
    expect([...dataset.evaluationBatch('test', 1, 3).targets!]).toEqual([3, 4]);
  });

  it('offer the nearest split for an unknown one', () => {
    expect(() => numbered(5).evaluationBatch('tests', 0, 3)).toThrow('Did you mean "test"?');
  });
});

describe('splitValidation', () => {
  it('parts the training examples in two and leaves the test split alone', () => {
    const dataset = splitValidation(numbered(20), { share: 0.25, seed: 1 });
    expect(dataset).toMatchObject({ trainSize: 15, splits: { validation: 5, test: 20 } });
    const validation = [...dataset.evaluationBatch('validation', 0, 5).targets!];
    const all = [...validation, ...epochOf(dataset, 0, 0, 4)];
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('draws by its seed', () => {
    const drawn = (seed: number) =>
      splitValidation(numbered(40), { count: 8, seed }).evaluationBatch('validation', 0, 8).targets;
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  it.each([0, 20, 1.5])('refuses to take %s of 20 examples', (count) => {
    expect(() => splitValidation(numbered(20), { count })).toThrow('ESPALIER_DATA_SHAPE');
  });

  it('refuses a second split, and data sets it can not look into', () => {
    const split = splitValidation(numbered(20), { count: 2 });
    expect(() => splitValidation(split, { count: 2 })).toThrow('already');
    expect(() => splitValidation({ ...numbered(20) }, { count: 2 })).toThrow(TypeError);
  });
});

describe('arrayDataset', () => {
  const arrays = { name: 'a', inputs: new Float32Array(6), inputShape: [2], outputs: 3 };

  it('takes bytes as shares of 255', () => {
    const dataset = arrayDataset({ ...arrays, inputs: Uint8Array.of(255, 0), labels: [2] });
    const batch = dataset.trainBatch({ seed: 0, epoch: 0, index: 0, batchSize: 1 });
    expect([...batch.inputs]).toEqual([1, 0]);
    expect([...batch.labels!]).toEqual([2]);
  });

  it.each([
    [
      'inputs that do not fill examples',
      { ...arrays, inputs: new Float32Array(5), labels: [0, 1] },
      '5 input values',
    ],
    ['too few labels', { ...arrays, labels: [0, 1] }, '3 examples, but 2 labels'],
    [
      'a label out of range',
      { ...arrays, labels: [0, 1, 3] },
      'label 3 of example 2 is not an integer from 0 to 2',
    ],
    ['a fractional label', { ...arrays, labels: [0, 1, 0.5] }, 'label 0.5'],
    ['too few targets', { ...arrays, targets: new Float32Array(8) }, 'need 9 target values, found 8'],
    ['neither labels nor targets', arrays, 'neither'],
    ['a shape of zeros', { ...arrays, inputShape: [0], labels: [] }, 'the input shape [0]'],
    [
      'test examples of another make',
      { ...arrays, labels: [0, 1, 2], test: { inputs: new Float32Array(2) } },
      'a, test set',
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => arrayDataset(options)).toThrow('ESPALIER_DATA_SHAPE');
    expect(() => arrayDataset(options)).toThrow(message);
  });
});

describe('syntheticDataset', () => {
  it('gives balanced classes of the wanted shape', () => {
    const dataset = syntheticDataset({ inputShape: [32, 32, 3], classes: 4, train: 40, test: 8 });
    expect(dataset).toMatchObject({
      inputShape: [32, 32, 3],
      outputs: 4,
      trainSize: 40,
      splits: { test: 8 },
    });
    expect([...dataset.evaluationBatch('test', 0, 8).labels!]).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  it('gives the same examples for the same seed, however many are wanted', () => {
    const first = (seed: number, test: number) =>
      syntheticDataset({ seed, inputShape: [5], train: 1, test }).evaluationBatch('test', 0, 3).inputs;
    expect(first(1, 3)).toEqual(first(1, 9));
    expect(first(1, 3)).not.toEqual(first(2, 3));
  });

  it('can be learned: the nearest class mean of the training set is right on the test set', () => {
    const dataset = syntheticDataset({ seed: 5, inputShape: [8, 8, 1], classes: 3, train: 300, test: 90 });
    const train = dataset.trainBatch({ seed: 0, epoch: 0, index: 0, batchSize: 300 });
    const means = Array.from({ length: 3 }, () => new Float64Array(64));
    for (let i = 0; i < 300; i++) {
      for (let j = 0; j < 64; j++) means[train.labels![i]!]![j]! += train.inputs[64 * i + j]! / 100;
    }
    const test = dataset.evaluationBatch('test', 0, 90);
    let correct = 0;
    for (let i = 0; i < 90; i++) {
      const distances = means.map((mean) =>
        mean.reduce((sum, m, j) => sum + (m - test.inputs[64 * i + j]!) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === test.labels![i]) correct++;
    }
    expect(correct).toBeGreaterThan(80);
  });

  it.each([
    [{ classes: 0 }, 'classes must be a positive integer, not 0'],
    [{ noise: -1 }, 'noise'],
    [{ seed: 1.5 }, 'seed'],
    [{ inputShape: [2, 0] }, 'inputShape'],
  ])('refuses %j', (options, message) => {
    expect(() => syntheticDataset(options)).toThrow(message);
  });
});
