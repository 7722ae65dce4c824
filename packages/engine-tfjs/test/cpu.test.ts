import { drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { referenceEngine } from '@espalier/engine-reference';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

it.each(NETWORKS)(
  'trains as the reference does without WASM, too: $architecture.name',
  async ({ architecture, outputs }) => {
    const factory = await tfjsEngine({ backend: 'cpu' });
    const request = requestFor(architecture, { optimizer: { momentum: 0.9 } });
    const engines = [await factory.create(request), await referenceEngine().create(request)];
    const losses: number[] = [];
    const { numTensors } = tf.memory();
    for (const engine of engines) {
      for (let step = 0; step < 4; step++) {
        const batch = drawBatch(step, 4, architecture.inputShape, outputs);
        losses.push((await engine.trainStep(batch, stepRequest(step, { learningRate: 0.05 }))).loss);
      }
    }
    losses.slice(0, 4).forEach((loss, step) => {
      expect(loss).toBeCloseTo(losses[4 + step]!, 4);
    });
    expect(tf.memory().numTensors).toBe(numTensors);
  },
);
