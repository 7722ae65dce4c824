import { outputShape } from '@espalier/architectures';
import { drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { type Architecture, type Engine, EspalierError } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { describe, expect, it } from 'vitest';

const named = (name: string) => NETWORKS.find(({ architecture }) => architecture.name === name)!.architecture;
const perceptron = named('perceptron');
const convnet = named('convnet');
const adam = { optimizer: { use: 'adam', weightDecay: 0.01 } } as const;

const create = (architecture: Architecture, threads = 2, options: Parameters<typeof requestFor>[1] = adam) =>
  sparseEngine({ threads }).create(requestFor(architecture, options));

const batchFor = (architecture: Architecture, seed: number, size = 20) =>
  drawBatch(seed, size, architecture.inputShape, outputShape(architecture)[0]!);

async function steps(engine: Engine, architecture: Architecture, from: number, to: number) {
  for (let step = from; step < to; step++) {
    await engine.trainStep(batchFor(architecture, step), stepRequest(step));
  }
}

/** The error of a call that must fail. */
async function failureOf(call: () => unknown): Promise<EspalierError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(EspalierError);
    return error as EspalierError;
  }
  throw new Error('Nothing was thrown.');
}

describe('two engines in one process', () => {
  it('do not disturb each other', async () => {
    const alone = await create(perceptron);
    await steps(alone, perceptron, 0, 4);
    const [one, other] = [await create(perceptron), await create(convnet)];
    for (let step = 0; step < 4; step++) {
      await steps(one, perceptron, step, step + 1);
      await steps(other, convnet, step, step + 1);
    }
    expect(await one.save()).toEqual(await alone.save());
    for (const engine of [alone, one, other]) engine.dispose();
  });
});

describe('failures', () => {
  it('a loss that is not finite names the node and leaves everything as it was', async () => {
    const engine = await create(perceptron);
    await steps(engine, perceptron, 0, 2);
    const { slots, parameters } = await engine.save();
    const broken = batchFor(perceptron, 2);
    broken.inputs[5] = Number.NaN;
    const error = await failureOf(() => engine.trainStep(broken, stepRequest(41)));
    expect(error.message).toMatch(
      /ESPALIER_NOT_FINITE\] At step 41 the loss is NaN, first in the output of "input"/,
    );
    const after = await engine.save();
    expect(after.parameters).toEqual(parameters);
    expect(after.slots['age/fc1/kernel']).toEqual(slots['age/fc1/kernel']);
    await steps(engine, perceptron, 2, 3);
    engine.dispose();
  });

  it('so does a gradient that is not finite', async () => {
    const steep: Architecture = {
      name: 'steep',
      inputShape: [2],
      nodes: [
        { kind: 'dense', name: 'a', units: 2 },
        { kind: 'dense', name: 'b', units: 2 },
      ],
    };
    const engine = await create(steep, 2, { loss: 'mean-squared-error', density: 1 });
    engine.layers[0]!.setWeights(new Float32Array(4));
    engine.layers[1]!.setWeights(new Float32Array(4).fill(3e38));
    const before = await engine.save();
    const batch = { size: 1, inputs: Float32Array.of(1, 1), targets: Float32Array.of(1e3, 1e3) };
    const error = await failureOf(() => engine.trainStep(batch, stepRequest(7)));
    expect(error.message).toMatch(
      /ESPALIER_NOT_FINITE\] At step 7 the gradient by a\/(kernel|bias) is not finite/,
    );
    expect((await engine.save()).parameters).toEqual(before.parameters);
    engine.dispose();
  });

  it('batches that do not fit are refused', async () => {
    const engine = await create(perceptron);
    const batch = batchFor(perceptron, 1);
    const message = async (change: object) =>
      (await failureOf(() => engine.trainStep({ ...batch, ...change }, stepRequest(0)))).message;
    expect(await message({ size: 19 })).toMatch(/DATA_SHAPE.*140 input values; 19 examples/);
    expect(await message({ labels: new Uint8Array(20).fill(3) })).toMatch(/label 3; with 3 outputs/);
    expect(await message({ labels: undefined })).toMatch(/no labels/);
    engine.dispose();
  });

  it('a state whose held batch has another layout is refused, and nothing changes', async () => {
    const engine = await create(perceptron);
    await engine.trainStep(batchFor(perceptron, 0), stepRequest(0, { accumulate: true }));
    const state = await engine.save();
    const held = state.slots['held_batch/0']!;
    const [tiles, features, lanes] = held.shape as [number, number, number];
    const data = held.data.subarray(0, tiles * (features - 1) * lanes) as typeof held.data;
    const other = { ...held, shape: [tiles, features - 1, lanes], data };
    await steps(engine, perceptron, 1, 2);
    const before = engine.layers.map((layer) => layer.weights());
    const load = () => engine.load({ ...state, slots: { ...state.slots, 'held_batch/0': other } });
    expect((await failureOf(load)).message).toMatch(
      new RegExp(`DATA_SHAPE.*"held_batch/0" holds ${features - 1} values.*this engine has ${features}`),
    );
    expect(engine.layers.map((layer) => layer.weights())).toEqual(before);
    await engine.load(state);
    expect(engine.layers.map((layer) => layer.weights())).not.toEqual(before);
    engine.dispose();
  });

  it('more batches than fit are refused with the arithmetic', async () => {
    const wide: Architecture = {
      name: 'wide',
      inputShape: [4],
      nodes: [
        { kind: 'dense', name: 'a', units: 2_000_000, bias: false },
        { kind: 'dense', name: 'b', units: 2 },
      ],
    };
    const engine = await create(wide, 1, { density: 1e-5 });
    const batch = drawBatch(0, 40, [4], 2);
    const step = () => engine.trainStep(batch, stepRequest(0, { accumulate: true }));
    step();
    expect((await failureOf(step)).message).toMatch(
      /ESPALIER_ENGINE_REFUSES\].*over 2 batches would hold 4\d* values.*MiB in all.*at most 1024\.0 MiB/,
    );
    engine.dispose();
  });

  it('a network that can not fit in one memory is refused with the arithmetic', async () => {
    const huge: Architecture = {
      name: 'huge',
      inputShape: [2],
      nodes: [
        { kind: 'dense', name: 'a', units: 700_000_000 },
        { kind: 'dense', name: 'b', units: 2 },
      ],
    };
    const request = { ...requestFor(perceptron), network: { architecture: huge } };
    const empty = { active: new Uint32Array(0), weights: new Float32Array(0) };
    const start = ['a/kernel', 'b/kernel'].map((name) => ({ name, ...empty }));
    const error = await failureOf(() => sparseEngine({ threads: 2 }).create({ ...request, start }));
    expect(error.message).toMatch(
      /ESPALIER_ENGINE_REFUSES\] No room for the .*: \d+\.\d MiB, besides \d+\.\d MiB in use.*ends at 4096 MiB/,
    );
  });

  it('refuses what it can not run, naming the engine that can', async () => {
    const factory = sparseEngine();
    expect(factory.refuses({ model: {} })).toEqual([expect.stringMatching(/not a tf.LayersModel/)]);
    const image: Architecture = {
      name: 'image',
      inputShape: [4, 4, 1],
      nodes: [{ kind: 'conv2d', name: 'c', filters: 2, kernelSize: [1, 1] }],
    };
    const model = { ...requestFor(perceptron), network: { model: {} } };
    expect((await failureOf(() => factory.create(model))).code).toBe('ESPALIER_ENGINE_REFUSES');
    const error = await failureOf(() => factory.create(requestFor(image)));
    expect(error.message).toMatch(/image gives \[4, 4, 2\], but cross-entropy takes logits/);
  });

  it('refuses options that make no sense', () => {
    expect(() => sparseEngine({ threads: 0 })).toThrow(/ESPALIER_INVALID_OPTION.*from 1 to 64/);
    expect(() => sparseEngine({ backend: 'gpu' as 'wasm' })).toThrow(
      /no backend "gpu". Known: wasm, wasm-relaxed/,
    );
  });
});

describe('disposal', () => {
  it('is harmless when repeated, and final', async () => {
    const engine = await create(perceptron);
    engine.dispose();
    engine.dispose();
    const error = await failureOf(() => engine.trainStep(batchFor(perceptron, 0), stepRequest(0)));
    expect(error.code).toBe('ESPALIER_DISPOSED');
  });

  it('leaves nothing behind over 100 rounds', async () => {
    const before = process.report.getReport() as unknown as { workers: unknown[] };
    for (let round = 0; round < 100; round++) {
      const engine = await create(perceptron, 2);
      await steps(engine, perceptron, 0, 1);
      engine.dispose();
    }
    await new Promise((resolve) => setImmediate(resolve));
    const after = process.report.getReport() as unknown as { workers: unknown[] };
    expect(after.workers.length - before.workers.length).toBeLessThan(4);
  }, 60_000);
});
