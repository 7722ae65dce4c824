import * as tf from '@tensorflow/tfjs';
import type { SparseModel } from 'espalier';
import { expect, onTestFinished } from 'vitest';

/** A small model with weights that are the same every time, disposed after the test. */
export function smallModel(): tf.Sequential {
  const initializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        name: 'first',
        units: 12,
        activation: 'relu',
        inputShape: [8],
        kernelInitializer: initializer(1),
      }),
      tf.layers.dense({ name: 'second', units: 10, activation: 'relu', kernelInitializer: initializer(2) }),
      tf.layers.dense({ name: 'third', units: 1, kernelInitializer: initializer(3) }),
    ],
  });
  onTestFinished(() => {
    model.dispose();
  });
  return model;
}

/** Sizes of the kernels of {@link smallModel}, in their order. */
export const SIZES = { 'first/kernel': 96, 'second/kernel': 120, 'third/kernel': 10 };

/** 32 examples whose target is half their first value. */
export function examples(): { readonly inputs: tf.Tensor2D; readonly targets: tf.Tensor2D } {
  const inputs = tf.randomNormal([32, 8], 0, 1, 'float32', 4) as tf.Tensor2D;
  const targets = tf.tidy(() => inputs.slice([0, 0], [-1, 1]).mul(0.5)) as tf.Tensor2D;
  onTestFinished(() => tf.dispose([inputs, targets]));
  return { inputs, targets };
}

/** Makes sure that a model has its budget, spread over its layers, and exactly 0 wherever it is not active. */
export function expectSparse(
  model: tf.LayersModel,
  sparse: SparseModel,
  dense: readonly string[] = [],
): void {
  let active = 0;
  for (const layer of sparse.layers) {
    const kernel = model.getLayer(layer.name.split('/')[0]!).getWeights()[0]!.dataSync();
    const positions = new Set<number>(layer.active);
    expect(layer.weights()).toEqual(Float32Array.from(layer.active, (position) => kernel[position]!));
    expect(kernel.findIndex((weight, position) => weight !== 0 && !positions.has(position))).toBe(-1);
    if (dense.includes(layer.name)) expect(layer.active).toHaveLength(kernel.length);
    else active += layer.active.length;
  }
  expect(active).toBe(sparse.budget);
}
