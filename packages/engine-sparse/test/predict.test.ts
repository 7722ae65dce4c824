import { drawBatch, expectClose, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

describe.each(NETWORKS)('$architecture.name', ({ architecture, outputs }) => {
  const draw = (seed: number, size: number) => drawBatch(seed, size, architecture.inputShape, outputs);

  it.each([1, 3])('with %i threads predicts what the reference does, after training', async (threads) => {
    for (const loss of ['cross-entropy', 'mean-squared-error'] as const) {
      const request = requestFor(architecture, { loss });
      const ours = await sparseEngine({ threads }).create(request);
      const reference = await referenceEngine().create(request);
      for (const engine of [ours, reference]) {
        for (let step = 0; step < 3; step++) await engine.trainStep(draw(step, 20), stepRequest(step));
      }
      // Less than a tile of every width, whole tiles, several with a remainder.
      for (const size of [1, 8, 9, 17, 33, 100]) {
        const { inputs } = draw(9, size);
        const predicted = await ours.predict!(inputs, size);
        expectClose(predicted, await reference.predict!(inputs, size), 1e-3, `${size} examples`);
        const alone = await ours.predict!(inputs.slice(-inputs.length / size), 1);
        expectClose(alone, predicted.slice(-outputs), 1e-6, 'the last example alone');
      }
      ours.dispose();
    }
  });

  it('leaves the course of training as it is', async () => {
    const request = requestFor(architecture);
    const [predicting, other] = [await sparseEngine().create(request), await sparseEngine().create(request)];
    for (let step = 0; step < 3; step++) {
      // Batches are held and summed here, which predictions must not disturb.
      const next = stepRequest(step, { accumulate: step > 0, updateWeights: step === 0 });
      await predicting.trainStep(draw(step, 20), next);
      await other.trainStep(draw(step, 20), next);
      await predicting.predict!(draw(7, 50).inputs, 50);
    }
    expect(await predicting.save()).toEqual(await other.save());
    predicting.layers.forEach((layer, i) => {
      expect(layer.signal('gradient', layer.active)).toEqual(
        other.layers[i]!.signal('gradient', layer.active),
      );
    });
    predicting.dispose();
    other.dispose();
  });
});

it('predicts more examples than are held at once, in the same memory', async () => {
  const inputShape = [2000];
  const request = requestFor(
    { name: 'wide', inputShape, nodes: [{ kind: 'dense', name: 'a', units: 2 }] },
    { density: 0.01 },
  );
  const engine = await sparseEngine({ threads: 1 }).create(request);
  const reference = await referenceEngine().create(request);
  const { inputs } = drawBatch(1, 4500, inputShape, 2);
  expectClose(
    await engine.predict!(inputs, 4500),
    await reference.predict!(inputs, 4500),
    1e-4,
    'predictions',
  );
  engine.dispose();
});

it('refuses inputs that do not fit, and after it was disposed', async () => {
  const engine = await sparseEngine().create(requestFor(NETWORKS[0]!.architecture));
  expect(() => engine.predict!(new Float32Array(13), 2)).toThrow(
    /ESPALIER_DATA_SHAPE.*13 input values; 2 examples of shape \[7\] have 14/,
  );
  expect(() => engine.predict!(new Float32Array(0), 0)).toThrow(/size is 0/);
  engine.dispose();
  expect(() => engine.predict!(new Float32Array(7), 1)).toThrow(/ESPALIER_DISPOSED/);
});
