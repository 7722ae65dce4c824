import { outputShape, sizeOf } from '@espalier/architectures';
import {
  type ActivationName,
  type Architecture,
  type Engine,
  type EngineRequest,
  type OptimizerOptions,
  strongestOf,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from './support/architectures.js';
import { changeOf, expectClose, expectSameState } from './support/compare.js';
import { drawBatch, requestFor, stepRequest } from './support/request.js';

const OPTIMIZERS: Readonly<Record<string, OptimizerOptions>> = {
  sgd: { use: 'sgd', learningRate: 0.1, weightDecay: 0.01 },
  momentum: { use: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  nesterov: { use: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  adam: { use: 'adam', learningRate: 0.1, weightDecay: 0.01, epsilon: 1e-4 },
  adamw: { use: 'adamw', learningRate: 0.1, weightDecay: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
};

const POLICIES = [
  { use: 'zero' },
  { use: 'keep' },
  { use: 'layerMean' },
  // Small: under Adam a seed beside a second moment of 0 throws weights far off, where errors grow without bound.
  { use: 'seed', scale: 0.001 },
] as const;

const pair = async (request: EngineRequest, threads: number): Promise<[Engine, Engine]> => [
  await sparseEngine({ threads }).create(request),
  await referenceEngine().create(request),
];

describe.each(ARCHITECTURES)('$name', (architecture) => {
  const outputs = outputShape(architecture)[0]!;
  const batch = (seed: number, size = 5) => drawBatch(seed, size, architecture.inputShape, outputs);

  // Less than a tile of every width, whole tiles, and several with a remainder.
  it.each([
    [1, 3],
    [1, 16],
    [1, 70],
    [2, 8],
    [2, 37],
    [3, 64],
  ])(
    'with %i threads has the losses and gradients of the reference over %i examples',
    async (threads, size) => {
      for (const loss of ['cross-entropy', 'mean-squared-error', 'output-sum'] as const) {
        const [ours, reference] = await pair(requestFor(architecture, { loss }), threads);
        const describe = ({
          name,
          kind,
          shape,
          groups,
          outputPositions,
          sources,
        }: Engine['layers'][number]) => ({ ...{ name, kind, shape, groups, outputPositions, sources } });
        expect(ours.layers.map(describe)).toEqual(reference.layers.map(describe));
        const step = stepRequest(3, { updateWeights: false });
        const a = await ours.trainStep(batch(1, size), step);
        const b = await reference.trainStep(batch(1, size), step);
        expect(a.loss).toBeCloseTo(b.loss, 5 - (loss === 'output-sum' ? 1 : 0));
        // Behind a normalisation the gradient of a sum cancels: what is left of it is rounding.
        const tolerance = loss === 'output-sum' ? 1e-3 : 2e-5;
        reference.layers.forEach((layer, i) => {
          layer.scan('gradient', (first, expected) => {
            ours.layers[i]!.scan('gradient', (at, actual) => {
              expect(at).toBe(first);
              expectClose(actual, expected, tolerance, layer.name);
            });
            const places = layer.active.slice().reverse().sort();
            expectClose(
              ours.layers[i]!.signal('gradient', places),
              layer.signal('gradient', places),
              tolerance,
              layer.name,
            );
          });
        });
        const evaluated = await ours.evaluate(batch(2, size));
        const expected = await reference.evaluate(batch(2, size));
        expect(evaluated.correct).toBe(expected.correct);
        expect(evaluated.loss / expected.loss).toBeCloseTo(1, 4);
        ours.dispose();
      }
    },
  );

  it.each([1, 2])('with %i threads finds the strongest of its own gradient', async (threads) => {
    const [ours] = await pair(requestFor(architecture), threads);
    await ours.trainStep(batch(4, 21), stepRequest(0, { updateWeights: false }));
    for (const layer of ours.layers) {
      const size = sizeOf(layer.shape);
      const gradient = new Float32Array(size);
      layer.scan('gradient', (first, values) => gradient.set(values, first));
      for (const limit of [0, 1, 5, size]) {
        const expected = strongestOf(gradient, limit, layer.active, 0);
        const found = layer.strongest('gradient', limit, layer.active, 0);
        // Sums in another order may swap neighbours.
        expect(found.positions.length).toBe(expected.positions.length);
        const sorted = (scores: ArrayLike<number>) => Float64Array.from(scores).sort();
        expectClose(sorted(found.scores), sorted(expected.scores), 1e-5, layer.name);
        found.positions.forEach((position, i) => {
          expect(found.scores[i]).toBeCloseTo(Math.abs(gradient[position]!), 5);
        });
        const least = expected.scores[0] ?? 0;
        const above = layer.strongest('gradient', limit, layer.active, least * 1.001);
        expect(above.scores.every((score) => score >= least * 1.001)).toBe(true);
      }
    }
    ours.dispose();
  });

  it.each(Object.keys(OPTIMIZERS))(
    '%s: takes the steps of the reference, over topology changes',
    async (name) => {
      const optimizer = { ...OPTIMIZERS[name]!, learningRate: 0.01 };
      for (const slots of POLICIES) {
        const [ours, reference] = await pair(requestFor(architecture, { optimizer }), 2);
        for (let step = 0; step < 5; step++) {
          const request = stepRequest(step, {
            learningRate: 0.01,
            accumulate: step % 2 === 1,
            updateWeights: step !== 3,
          });
          const a = await ours.trainStep(batch(step, 5 + 4 * step), request);
          const b = await reference.trainStep(batch(step, 5 + 4 * step), request);
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

describe('the relaxed backend', () => {
  it.each(ARCHITECTURES)('takes the steps of the reference on $name', async (architecture) => {
    const request = requestFor(architecture, { optimizer: OPTIMIZERS.momentum! });
    const ours = await sparseEngine({ threads: 2, backend: 'wasm-relaxed' }).create(request);
    const reference = await referenceEngine().create(request);
    expect(ours.backend).toBe('wasm-relaxed');
    for (let step = 0; step < 3; step++) {
      const batch = drawBatch(step, 40, architecture.inputShape, outputShape(architecture)[0]!);
      await ours.trainStep(batch, stepRequest(step, { learningRate: 0.01 }));
      await reference.trainStep(batch, stepRequest(step, { learningRate: 0.01 }));
    }
    await expectSameState(ours, reference, 1e-4);
    ours.dispose();
  });
});

describe('values at the edge', () => {
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
        const [ours, reference] = await pair(requestFor(architecture, { density: 1 }), 1);
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

  it.each([1, 2, 3])(
    'of equal gradients, with %i threads the lower positions are the strongest',
    async (threads) => {
      const architecture: Architecture = {
        name: 'equal',
        inputShape: [40],
        nodes: [{ kind: 'dense', name: 'd', units: 300 }],
      };
      const none = { active: new Uint32Array(0), weights: new Float32Array(0) };
      const request = {
        ...requestFor(architecture, { loss: 'mean-squared-error' }),
        start: [{ name: 'd/kernel', ...none }],
      };
      const ours = await sparseEngine({ threads }).create(request);
      // Rows 20 and 30 are twice the others, row 7 is 0.
      const inputs = Float32Array.from({ length: 40 }, (_, i) =>
        i === 20 || i === 30 ? 2 : i === 7 ? 0 : 1,
      );
      const batch = { size: 1, inputs, targets: new Float32Array(300).fill(1) };
      await ours.trainStep(batch, stepRequest(0));
      const gradient = Float32Array.from(
        { length: 12000 },
        (_, p) => (-2 / 300) * inputs[Math.floor(p / 300)]!,
      );
      const excluded = Uint32Array.from({ length: 500 }, (_, i) => i * 3);
      for (const limit of [0, 1, 7, 599, 601, 5000, 11000, 20000]) {
        const found = ours.layers[0]!.strongest('gradient', limit, excluded, 0);
        expect(found.positions).toEqual(strongestOf(gradient, limit, excluded, 0).positions);
      }
      ours.dispose();
    },
  );
});
