import { drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { referenceEngine } from '@espalier/engine-reference';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

const factory = await tfjsEngine({ backend: 'wasm' });

describe.each(NETWORKS)('$architecture.name', ({ architecture, outputs }) => {
  it('predicts what the reference does, after training, and leaks nothing', async () => {
    const draw = (seed: number, size: number) => drawBatch(seed, size, architecture.inputShape, outputs);
    const request = requestFor(architecture);
    const [ours, reference] = [await factory.create(request), await referenceEngine().create(request)];
    for (const engine of [ours, reference]) {
      for (let step = 0; step < 3; step++) await engine.trainStep(draw(step, 8), stepRequest(step));
    }
    const { numTensors } = tf.memory();
    for (const size of [1, 7]) {
      const { inputs } = draw(9, size);
      const predicted = await ours.predict!(inputs, size);
      const expected = await reference.predict!(inputs, size);
      expect(predicted.length).toBe(size * outputs);
      predicted.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected[i]!)));
      });
    }
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(() => ours.predict!(new Float32Array(1), 3)).toThrow(/ESPALIER_DATA_SHAPE.*has 1 input values/);
    ours.dispose();
    expect(() => ours.predict!(draw(1, 1).inputs, 1)).toThrow(/ESPALIER_DISPOSED/);
  });
});

it('predicts logits for a model that ends in a softmax, and leaves the model as it is', async () => {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 3, inputShape: [4], activation: 'softmax', name: 'top' })],
  });
  const layers = factory.inspect({ model });
  const engine = await factory.create({
    network: { model },
    loss: 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 0.1 },
    start: layers.map(({ name }) => ({ name, active: Uint32Array.from({ length: 12 }, (_, i) => i) })),
    random: () => {
      throw new Error('nothing is random here');
    },
  });
  const inputs = Float32Array.of(1, -2, 3, 0.5);
  const logits = await engine.predict!(inputs, 1);
  const probabilities = tf.tidy(() => (model.predict(tf.tensor2d(inputs, [1, 4])) as tf.Tensor).dataSync());
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  probabilities.forEach((p, i) => {
    expect(p).toBeCloseTo(Math.exp(logits[i]!) / total, 5);
  });
  engine.dispose();
});
