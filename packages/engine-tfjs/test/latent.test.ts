import { maskableLayers } from '@espalier/architectures';
import { drawBatch, expectSameState, requestFor, stepRequest } from '@espalier/conformance';
import type { Architecture, Engine, EngineRequest, OptimizerOptions, TopologyChange } from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TfjsEngine } from '../src/engine/tfjs-engine.js';
import { buildArchitecture } from '../src/model/build-architecture.js';

beforeAll(async () => {
  await tfjsEngine({ backend: 'wasm' });
});

const architecture: Architecture = {
  name: 'probe',
  inputShape: [5],
  nodes: [
    { kind: 'dense', name: 'fc1', units: 6 },
    { kind: 'activation', name: 'act', activation: 'tanh' },
    { kind: 'dense', name: 'fc2', units: 3 },
  ],
};
const batch = (seed: number) => drawBatch(seed, 7, [5], 3);
const signals = new Set(['gradient', 'weight']);

/** A request in which every position has a value, a third of those off the mask being trained in the first layer. */
function latentRequest(optimizer: OptimizerOptions): EngineRequest {
  const request = requestFor(architecture, { optimizer });
  const sizes = maskableLayers(architecture).map(({ shape }) => shape[0]! * shape[1]!);
  const start = request.start.map((layer, i) => {
    const latent = Float32Array.from({ length: sizes[i]! }, (_, position) => Math.cos(3 * position + i) / 2);
    layer.active.forEach((position, k) => {
      latent[position] = layer.weights![k]!;
    });
    const off = [...latent.keys()].filter((position) => !layer.active.includes(position));
    return {
      ...layer,
      latent,
      trained: i === 0 ? Uint32Array.from(off.filter((_, k) => k % 3 === 0)) : 'all',
    } as const;
  });
  return { ...request, start, latent: { decay: { active: 0.02, inactive: 0.3 } } };
}

/** Prunes every third weight, grows as many, restarts one; trains nothing else in the first layer from then on. */
function changesFor(engine: Engine, trained: readonly TopologyChange['trained'][]): TopologyChange[] {
  return engine.layers.map(({ name, active, shape }, i) => {
    const all = [...Array(shape[0]! * shape[1]!).keys()];
    const pruned = active.filter((_, k) => k % 3 === 0) as Uint32Array;
    const grown = Uint32Array.from(all.filter((p) => !active.includes(p)).slice(0, pruned.length));
    const restarted = active.slice(1, 2);
    return {
      layer: name,
      pruned,
      grown,
      grownValues: Float32Array.from(grown, (_, k) => 0.1 * k),
      restarted,
      restartedValues: Float32Array.of(0.25),
      slots: { use: 'keep' },
      ...(trained[i] === undefined ? {} : { trained: trained[i] }),
    };
  });
}

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { use: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.05 },
  { use: 'adam', learningRate: 0.01, weightDecay: 0.05, epsilon: 1e-4 },
  { use: 'adamw', learningRate: 0.01, weightDecay: 0.5, epsilon: 1e-4 },
];

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) {
  expect(actual.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i], `${what}[${i}]`).toBeCloseTo(expected[i]!, 4);
}

const create = (request: EngineRequest, residence: 'host' | 'device', denseMomentum = false) =>
  new TfjsEngine('wasm', buildArchitecture(architecture), request, residence, denseMomentum);

describe.each(['host', 'device'] as const)('with its optimizer on the %s', (residence) => {
  it.each(OPTIMIZERS)('$use: values off the mask move as in the reference', async (optimizer) => {
    const request = latentRequest(optimizer);
    const reference = await referenceEngine().create(request);
    let ours = create(request, residence);
    for (let step = 0; step < 6; step++) {
      const how = stepRequest(step, { signals, learningRate: optimizer.learningRate });
      const [a, b] = [await ours.trainStep(batch(step), how), await reference.trainStep(batch(step), how)];
      expect(a.loss).toBeCloseTo(b.loss, 4);
      if (step === 1 || step === 3) {
        const changes = changesFor(
          reference,
          step === 1 ? [undefined, Uint32Array.of(2, 7)] : [Uint32Array.of(), 'all'],
        );
        ours.applyTopology(changes);
        reference.applyTopology(changes);
      }
      if (step === 4) {
        const saved = ours.save();
        ours.dispose();
        ours = create(request, residence);
        ours.load(saved);
      }
    }
    await expectSameState(ours, reference, 1e-3);
    ours.layers.forEach((layer, i) => {
      const twin = reference.layers[i]!;
      layer.scan('weight', (_, values) =>
        twin.scan('weight', (__, expected) => expectClose(values, expected, layer.name)),
      );
      expect(layer.strongest('weight', 4, layer.active, 0).positions).toEqual(
        twin.strongest('weight', 4, twin.active, 0).positions,
      );
    });
    ours.dispose();
  });

  it('predicts with active weights alone, and does not leak tensors', async () => {
    const request = latentRequest(OPTIMIZERS[0]!);
    const before = tf.memory().numTensors;
    const ours = create(request, residence);
    const start = request.start.map(({ latent: _, trained: __, ...masked }) => masked);
    const { latent: _, ...masked } = { ...request, start };
    const plain = create(masked, residence);
    const inputs = batch(1).inputs;
    expect(ours.predict(inputs, 7)).toEqual(plain.predict(inputs, 7));
    plain.dispose();
    const tensors = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      ours.trainStep(batch(step), stepRequest(step, { signals }));
      ours.applyTopology(changesFor(ours, ['all', Uint32Array.of(1)]));
    }
    expect(tf.memory().numTensors).toBe(tensors);
    ours.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(OPTIMIZERS)('$use: momentum at every position is that of the reference', async (optimizer) => {
    const request = requestFor(architecture, { optimizer });
    const reference = await referenceEngine({ denseMomentum: true }).create(request);
    const ours = create(request, residence, true);
    for (let step = 0; step < 5; step++) {
      const how = stepRequest(step, {
        signals: new Set(['denseMomentum']),
        learningRate: optimizer.learningRate,
      });
      ours.trainStep(batch(step), how);
      await reference.trainStep(batch(step), how);
      ours.layers.forEach((layer, i) => {
        layer.scan('denseMomentum', (_, values) =>
          reference.layers[i]!.scan('denseMomentum', (__, expected) =>
            expectClose(values, expected, layer.name),
          ),
        );
      });
      if (step % 2 === 0) continue;
      const changes = changesFor(reference, []);
      ours.applyTopology(changes);
      reference.applyTopology(changes);
    }
    await expectSameState(ours, reference, 1e-3);
    ours.dispose();
  });
});

it('the factory says whether momentum is kept at every position', async () => {
  expect((await tfjsEngine()).signals).toEqual(new Set(['gradient', 'momentum', 'weight']));
  expect((await tfjsEngine({ denseMomentum: true })).signals.has('denseMomentum')).toBe(true);
});

it('values off the mask are refused where none were announced, or trained where there are none', async () => {
  const { latent: _, ...request } = latentRequest(OPTIMIZERS[0]!);
  expect(() => create(request, 'host')).toThrow(/none were announced/);
  const plain = create(requestFor(architecture), 'host');
  expect(() => plain.applyTopology(changesFor(plain, ['all']))).toThrow(/keeps no values off the mask/);
  plain.dispose();
});
