import { drawBatch, expectClose, requestFor, stepRequest } from '@espalier/conformance';
import type { ActivationName, Architecture } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

describe('activations at the edge of single precision', () => {
  const layer = (activation: ActivationName): Architecture => ({
    name: activation,
    inputShape: [4],
    nodes: [
      { kind: 'dense', name: 'a', units: 4 },
      { kind: 'activation', name: 'b', activation },
      { kind: 'dense', name: 'c', units: 3 },
    ],
  });

  it.each(['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid'] as const)(
    'of %s are those of the reference',
    async (name) => {
      for (const scale of [0, 1e-6, 1e-2, 1, 30, 1e3]) {
        const architecture = layer(name);
        const request = requestFor(architecture, { density: 1 });
        const ours = await sparseEngine({ threads: 1 }).create(request);
        const reference = await referenceEngine().create(request);
        const batch = drawBatch(3, 11, [4], 3);
        const scaled = { ...batch, inputs: batch.inputs.map((value) => value * scale) };
        const step = stepRequest(0, { updateWeights: false });
        const a = await ours.trainStep(scaled, step);
        const b = await reference.trainStep(scaled, step);
        expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-5 * Math.max(1, b.loss));
        reference.layers.forEach((one, i) => {
          one.scan('gradient', (_, expected) => {
            ours.layers[i]!.scan('gradient', (_first, actual) => {
              expectClose(actual, expected, 1e-4, `${name} at ${scale}`);
            });
          });
        });
        ours.dispose();
      }
    },
  );
});
