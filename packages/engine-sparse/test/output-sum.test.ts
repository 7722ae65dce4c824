import { drawBatch, expectClose, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

describe.each(NETWORKS)('the sum of all outputs of $architecture.name', ({ architecture, outputs }) => {
  // Less than a tile, several tiles with a remainder, and several threads.
  it.each([
    [1, 3],
    [1, 70],
    [3, 37],
  ])('with %i threads it is that of the reference over %i examples without labels', async (threads, size) => {
    const request = requestFor(architecture, { loss: 'output-sum' });
    const ours = await sparseEngine({ threads }).create(request);
    const reference = await referenceEngine().create(request);
    const { inputs } = drawBatch(1, size, architecture.inputShape, outputs);
    const step = stepRequest(0, { updateWeights: false });
    const [a, b] = [
      await ours.trainStep({ size, inputs }, step),
      await reference.trainStep({ size, inputs }, step),
    ];
    expect(a.loss).toBeCloseTo(b.loss, 3);
    reference.layers.forEach((layer, i) => {
      layer.scan('gradient', (_, expected) => {
        // Behind a normalisation the gradient of a sum cancels: what is left of it is rounding.
        ours.layers[i]!.scan('gradient', (__, actual) => expectClose(actual, expected, 1e-3, layer.name));
      });
    });
    const [c, d] = [await ours.evaluate({ size, inputs }), await reference.evaluate({ size, inputs })];
    expect(c.loss).toBeCloseTo(d.loss, 3);
    expect(c).not.toHaveProperty('correct');
    ours.dispose();
  });
});
