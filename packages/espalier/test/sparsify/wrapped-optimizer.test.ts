import * as tf from '@tensorflow/tfjs';
import { type SparseStep, sparsify } from 'espalier';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examples, expectSparse, smallModel } from '../support/model.js';

const CONFIG = { method: 'rigl', density: 0.3, trigger: { updateInterval: 3 } } as const;

const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.02),
};

describe('sparsify with model.fit', () => {
  it.each(Object.keys(OPTIMIZERS))(
    'trains the sparse model with %s, and tells of every step',
    async (name) => {
      const model = smallModel();
      const { inputs, targets } = examples();
      const optimizer = OPTIMIZERS[name]!();
      model.compile({ optimizer, loss: 'meanSquaredError' });
      const sparse = await sparsify(model, optimizer, { ...CONFIG, totalSteps: 20, stepsPerEpoch: 4 });
      const steps: SparseStep[] = [];
      const restore = sparse.wrap((step) => {
        steps.push(step);
        expectSparse(model, sparse);
      });
      const { history } = await model.fit(inputs, targets, {
        ...{ epochs: 5, batchSize: 8, verbose: 0 },
        shuffle: false,
      });
      restore();
      expectSparse(model, sparse);
      expect(steps).toHaveLength(20);
      expect(steps.filter(({ topologyUpdate }) => topologyUpdate !== undefined)).toHaveLength(
        sparse.topologyUpdates,
      );
      expect(sparse.topologyUpdates).toBe(5);
      expect(history.loss?.at(-1)).toBeLessThan(Number(history.loss?.[0]));
      sparse.dispose();
    },
  );

  it('ends with the error where there are more batches than steps', async () => {
    const model = smallModel();
    const { inputs, targets } = examples();
    const optimizer = tf.train.sgd(0.1);
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const sparse = await sparsify(model, optimizer, { ...CONFIG, totalSteps: 3 });
    onTestFinished(() => sparse.dispose());
    sparse.wrap();
    const fit = model.fit(inputs, targets, { epochs: 1, batchSize: 8, verbose: 0 });
    await expect(fit).rejects.toThrow('sparsify was told of 3 steps');
    expectSparse(model, sparse);
  });
});

describe('sparsify with optimizer.minimize', () => {
  it('takes a step for each call', async () => {
    const model = smallModel();
    const { inputs, targets } = examples();
    const optimizer = tf.train.adam(0.02);
    const sparse = await sparsify(model, optimizer, { ...CONFIG, totalSteps: 10 });
    onTestFinished(() => sparse.dispose());
    sparse.wrap();
    for (let i = 0; i < 10; i++) {
      optimizer.minimize(
        () => tf.losses.meanSquaredError(targets, model.apply(inputs) as tf.Tensor) as tf.Scalar,
      );
      expectSparse(model, sparse);
    }
    expect(sparse.steps).toBe(10);
  });
});

describe('a wrapped optimizer', () => {
  it.each(['restore', 'dispose'] as const)('is as it was after %s', async (how) => {
    const model = smallModel();
    const { inputs, targets } = examples();
    const optimizer = tf.train.sgd(0.1);
    const sparse = await sparsify(model, optimizer, { ...CONFIG, totalSteps: 10 });
    const restore = sparse.wrap();
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(true);
    if (how === 'restore') restore();
    sparse.dispose();
    restore();
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(false);
    optimizer.minimize(
      () => tf.losses.meanSquaredError(targets, model.apply(inputs) as tf.Tensor) as tf.Scalar,
    );
    expect(sparse.steps).toBe(0);
    const [kernel] = model.getLayer('first').getWeights();
    const zeros = kernel!.dataSync().filter((weight) => weight === 0).length;
    expect(zeros).toBeLessThan(96 * 0.5);
  });
});
