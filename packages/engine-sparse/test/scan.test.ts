import { outputShape } from '@espalier/architectures';
import { drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { type Architecture, newPositions } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { expect, it } from 'vitest';

/** More positions than a scan makes at a time, in rows that are no whole number of vectors. */
const wide: Architecture = {
  name: 'wide',
  inputShape: [7],
  nodes: [
    { kind: 'dense', name: 'a', units: 613 },
    { kind: 'dense', name: 'b', units: 971 },
    { kind: 'dense', name: 'c', units: 3 },
  ],
};

const networks = [wide, ...NETWORKS.map(({ architecture }) => architecture)];

it.each(networks)(
  'a scan of $name visits every position once, with the values of the strongest',
  async (net) => {
    for (const threads of [1, 2]) {
      const engine = await sparseEngine({ threads }).create(requestFor(net, { density: 0.1 }));
      const batch = drawBatch(3, 20, net.inputShape, outputShape(net)[0]!);
      engine.trainStep(batch, stepRequest(0, { signals: new Set(['gradient']) }));
      for (const layer of engine.layers) {
        const size = layer.shape.reduce((product, n) => product * n, 1);
        const scanned = new Float32Array(size);
        let next = 0;
        layer.scan('gradient', (first, values) => {
          expect(first).toBe(next);
          scanned.set(values, first);
          next += values.length;
        });
        expect(next).toBe(size);
        const { positions, scores } = layer.strongest('gradient', size, newPositions(size, 0), 0);
        expect(positions.length).toBe(size);
        expect(scores.findIndex((score, i) => score !== Math.abs(scanned[i]!))).toBe(-1);
      }
      engine.dispose();
    }
  },
);
