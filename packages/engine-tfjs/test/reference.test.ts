import { outputShape } from '@espalier/architectures';
import type { Architecture, Engine, EngineRequest, OptimizerOptions, TopologyChange } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { tfjsEngine } from '@espalier/engine-tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TfjsEngine } from '../src/engine/tfjs-engine.js';
import { buildArchitecture } from '../src/model/build-architecture.js';
import { ARCHITECTURES } from './support/architectures.js';
import { drawBatch, requestFor, stepRequest } from './support/request.js';

beforeAll(async () => {
  await tfjsEngine({ backend: 'wasm' });
});

const OPTIMIZERS: Readonly<Record<string, OptimizerOptions>> = {
  sgd: { use: 'sgd', learningRate: 0.1, weightDecay: 0.01 },
  momentum: { use: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  nesterov: { use: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  adam: { use: 'adam', learningRate: 0.1, weightDecay: 0.01 },
  adamw: { use: 'adamw', learningRate: 0.1, weightDecay: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
};

const RESIDENCES = ['host', 'device'] as const;

async function pair(request: EngineRequest, residence: 'host' | 'device'): Promise<[Engine, Engine]> {
  const { architecture } = request.network as { architecture: Architecture };
  const ours = new TfjsEngine('wasm', buildArchitecture(architecture), request, residence);
  return [ours, await referenceEngine().create(request)];
}

function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
) {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(
      Math.abs(actual[i]! - expected[i]!) / scale,
      `${what}[${i}]: ${actual[i]} for ${expected[i]}`,
    ).toBeLessThan(tolerance);
  }
}

async function expectSameState(ours: Engine, reference: Engine, tolerance: number) {
  const [a, b] = [await ours.save(), await reference.save()];
  for (const part of ['parameters', 'slots'] as const) {
    expect(Object.keys(a[part]).sort()).toEqual(Object.keys(b[part]).sort());
    for (const [name, tensor] of Object.entries(b[part])) {
      expect(a[part][name]!.shape, name).toEqual(tensor.shape);
      expect(a[part][name]!.positions, name).toEqual(tensor.positions);
      expectClose(a[part][name]!.data, tensor.data, tolerance, name);
    }
  }
}

/** A change that prunes, grows and restarts in every layer. */
function changeOf(engine: Engine, slots: TopologyChange['slots']): TopologyChange[] {
  return engine.layers.map((layer) => {
    const size = layer.shape.reduce((product, n) => product * n, 1);
    const active = [...layer.active];
    const inactive = Array.from({ length: size }, (_, i) => i).filter((i) => !active.includes(i));
    const pruned = Uint32Array.from(active.filter((_, i) => i % 3 === 0));
    const restarted = Uint32Array.from(active.filter((_, i) => i % 5 === 1 && i % 3 !== 0));
    const grown = Uint32Array.from(inactive.slice(0, pruned.length));
    return {
      layer: layer.name,
      pruned,
      grown,
      grownValues: Float32Array.from(grown, (_, i) => 0.1 * (i % 3)),
      restarted,
      restartedValues: Float32Array.from(restarted, () => 0.05),
      slots,
    };
  });
}

describe.each(ARCHITECTURES)('$name', (architecture) => {
  const outputs = outputShape(architecture)[0]!;
  const batch = (seed: number) => drawBatch(seed, 5, architecture.inputShape, outputs);

  it('has the losses and gradients of the reference, at inactive positions too', async () => {
    for (const loss of ['cross-entropy', 'mean-squared-error', 'output-sum'] as const) {
      const request = requestFor(architecture, { loss });
      const [ours, reference] = await pair(request, 'host');
      expect(
        ours.layers.map(({ name, kind, shape, groups, outputPositions }) => [
          name,
          kind,
          shape,
          groups,
          outputPositions,
        ]),
      ).toEqual(
        reference.layers.map(({ name, kind, shape, groups, outputPositions }) => [
          name,
          kind,
          shape,
          groups,
          outputPositions,
        ]),
      );
      const step = stepRequest(3, { updateWeights: false });
      const a = await ours.trainStep(batch(1), step);
      const b = await reference.trainStep(batch(1), step);
      expect(a.loss).toBeCloseTo(b.loss, 5);
      reference.layers.forEach((layer, i) => {
        layer.scan('gradient', (first, expected) => {
          ours.layers[i]!.scan('gradient', (at, actual) => {
            expect(at).toBe(first);
            expectClose(actual, expected, 1e-5, layer.name);
          });
        });
      });
      const evaluated = await ours.evaluate(batch(2));
      const expected = await reference.evaluate(batch(2));
      expect(evaluated.correct).toBe(expected.correct);
      expect(evaluated.loss).toBeCloseTo(expected.loss, 3);
      ours.dispose();
    }
  });

  describe.each(RESIDENCES)('with its optimizer on the %s', (residence) => {
    it.each(Object.keys(OPTIMIZERS))(
      '%s: takes the steps of the reference, over topology changes',
      async (name) => {
        const optimizer = { ...OPTIMIZERS[name]!, learningRate: 0.01 };
        for (const slots of [
          { use: 'zero' },
          { use: 'keep' },
          { use: 'layerMean' },
          { use: 'seed', scale: 0.5 },
        ] as const) {
          const [ours, reference] = await pair(requestFor(architecture, { optimizer }), residence);
          for (let step = 0; step < 5; step++) {
            const request = stepRequest(step, {
              learningRate: 0.01,
              accumulate: step % 2 === 1,
              updateWeights: step !== 3,
            });
            const a = await ours.trainStep(batch(step), request);
            const b = await reference.trainStep(batch(step), request);
            expect(a.loss).toBeCloseTo(b.loss, 3);
            if (step % 2 === 0) continue;
            const changes = changeOf(reference, slots);
            ours.applyTopology(changes);
            reference.applyTopology(changes);
          }
          await expectSameState(ours, reference, 2e-3);
          ours.dispose();
        }
      },
    );
  });
});
