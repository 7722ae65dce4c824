import { lenet300100 } from '@espalier/architectures';
import { drawBatch, NETWORKS, requestFor, stepRequest } from '@espalier/conformance';
import { type Architecture, type Engine, type EngineFactory, EspalierError } from '@espalier/core';
import { tfjsEngine } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TfjsEngine } from '../src/engine/tfjs-engine.js';
import { buildArchitecture } from '../src/model/build-architecture.js';

let factory: EngineFactory;
beforeAll(async () => {
  factory = await tfjsEngine({ backend: 'wasm' });
});

const named = (name: string) => NETWORKS.find(({ architecture }) => architecture.name === name)!.architecture;
const perceptron = named('perceptron');
const convnet = named('convnet');
const batch = (seed: number) => drawBatch(seed, 4, perceptron.inputShape, 3);

async function steps(engine: Engine, from: number, to: number) {
  for (let step = from; step < to; step++) await engine.trainStep(batch(step), stepRequest(step));
}

describe('memory', () => {
  it.each(['host', 'device'] as const)(
    'stays the same over steps, with the optimizer on the %s',
    async (residence) => {
      for (const architecture of [perceptron, convnet]) {
        const request = requestFor(architecture, { optimizer: { use: 'adam' } });
        const outside = tf.memory().numTensors;
        const engine = new TfjsEngine('wasm', buildArchitecture(architecture), request, residence);
        const outputs = architecture === perceptron ? 3 : 4;
        const few = drawBatch(1, 3, architecture.inputShape, outputs);
        engine.trainStep(few, stepRequest(0));
        const { numTensors, numBytes } = tf.memory();
        for (let step = 1; step < 4; step++) {
          engine.trainStep(few, stepRequest(step));
          const [layer] = engine.layers;
          engine.applyTopology([
            {
              layer: layer!.name,
              pruned: layer!.active.slice(0, 1),
              grown: new Uint32Array(0),
              grownValues: new Float32Array(0),
              restarted: new Uint32Array(0),
              restartedValues: new Float32Array(0),
              slots: { use: 'zero' },
            },
          ]);
          engine.evaluate(few);
          engine.load(engine.save());
        }
        expect(tf.memory()).toMatchObject({ numTensors, numBytes });
        engine.dispose();
        engine.dispose();
        expect(tf.memory().numTensors).toBe(outside);
      }
    },
  );
});

describe('failures', () => {
  it('a loss that is not finite leaves weights and statistics as they were', async () => {
    const engine = await factory.create(requestFor(perceptron));
    await steps(engine, 0, 2);
    const before = await engine.save();
    const broken = batch(2);
    broken.inputs[5] = Number.NaN;
    const error = await Promise.resolve()
      .then(() => engine.trainStep(broken, stepRequest(41)))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EspalierError);
    expect(error).toMatchObject({ code: 'ESPALIER_NOT_FINITE', message: expect.stringContaining('step 41') });
    expect(await engine.save()).toEqual(before);
    await steps(engine, 2, 3);
  });

  it.each(['host', 'device'] as const)('so does a gradient that is not finite (%s)', (residence) => {
    const architecture: Architecture = {
      name: 'steep',
      inputShape: [2],
      nodes: [
        { kind: 'dense', name: 'a', units: 2 },
        { kind: 'dense', name: 'b', units: 2 },
      ],
    };
    const request = requestFor(architecture, { loss: 'mean-squared-error', density: 1 });
    const engine = new TfjsEngine('wasm', buildArchitecture(architecture), request, residence);
    engine.layers[1]!.setWeights(Float32Array.of(3e38, 3e38, 3e38, 3e38));
    engine.layers[0]!.setWeights(Float32Array.of(0, 0, 0, 0));
    const before = engine.save();
    // The output is 0, so the loss is finite; its slope times two such weights is not.
    const steep = { size: 1, inputs: Float32Array.of(1, 1), targets: Float32Array.of(9, 9) };
    expect(() => engine.trainStep(steep, stepRequest(7))).toThrow(
      /NOT_FINITE.*step 7 the gradient by a\/kernel/,
    );
    expect(engine.save()).toEqual(before);
    engine.dispose();
  });

  const misfits: [string, object, RegExp][] = [
    ['too few inputs', { inputs: new Float32Array(5) }, /5 input values; 4 examples of shape \[7\] have 28/],
    ['no labels', { labels: undefined }, /no labels/],
    ['a label beyond the outputs', { labels: Uint8Array.of(0, 1, 3, 2) }, /example 2 has the label 3/],
    ['an impossible size', { size: 0 }, /size is 0/],
  ];
  it.each(misfits)('a batch with %s', async (_, change, message) => {
    const engine = await factory.create(requestFor(perceptron));
    const misfit = { ...batch(0), ...change };
    for (const use of [() => engine.evaluate(misfit), () => engine.trainStep(misfit, stepRequest(0))]) {
      expect(use).toThrow(message);
      expect(use).toThrow(/ESPALIER_DATA_SHAPE/);
    }
    const regression = await factory.create(requestFor(perceptron, { loss: 'mean-squared-error' }));
    expect(() => regression.evaluate({ ...batch(0), targets: new Float32Array(2) })).toThrow(
      /2 target values/,
    );
  });

  it('signals that were not asked for, or do not exist', async () => {
    const engine = await factory.create(requestFor(perceptron));
    const [layer] = engine.layers;
    const one = layer!.active.slice(0, 1);
    expect(() => layer!.signal('gradient', one)).toThrow(/not asked for the signal "gradient"/);
    await engine.trainStep(batch(0), stepRequest(0));
    expect(layer!.signal('gradient', one).length).toBe(1);
    await engine.trainStep(batch(0), stepRequest(0, { signals: new Set() }));
    expect(() => layer!.scan('gradient', () => {})).toThrow(TypeError);
    expect(() => layer!.signal('momentum', one)).toThrow(TypeError);
    expect(() => engine.trainStep(batch(0), stepRequest(0, { signals: new Set(['gradients']) }))).toThrow(
      /ESPALIER_ENGINE_REFUSES.*Did you mean "gradient"/,
    );
  });

  it('changes that do not go with the topology; nothing happens then', async () => {
    const engine = await factory.create(requestFor(perceptron));
    const before = await engine.save();
    const [first, second] = engine.layers;
    const none = {
      pruned: new Uint32Array(0),
      grown: new Uint32Array(0),
      grownValues: new Float32Array(0),
      restarted: new Uint32Array(0),
      restartedValues: new Float32Array(0),
      slots: { use: 'zero' },
    } as const;
    const good = { ...none, layer: first!.name, pruned: first!.active.slice(0, 1) };
    expect(() => engine.applyTopology([good, { ...none, layer: 'fc9/kernel' }])).toThrow(
      /UNKNOWN_LAYER.*Did you mean "fc1/,
    );
    expect(() => engine.applyTopology([good, good])).toThrow(/two topology changes/i);
    const wrong = [
      { grown: second!.active.slice(0, 1), grownValues: new Float32Array(1) },
      { restarted: second!.active.slice(0, 1) },
      { slots: { use: 'seed', scale: 1 } as const },
    ];
    for (const change of wrong) {
      expect(() => engine.applyTopology([good, { ...none, layer: second!.name, ...change }])).toThrow(
        TypeError,
      );
    }
    expect(await engine.save()).toEqual(before);
  });

  it('starting layers that are not those of the network; nothing is left behind', async () => {
    const request = requestFor(perceptron);
    const { numTensors } = tf.memory();
    const [first, ...others] = request.start;
    await expect(factory.create({ ...request, start: others })).rejects.toThrow(TypeError);
    const renamed = [{ ...first!, name: 'fc0/kernel' }, ...others];
    await expect(factory.create({ ...request, start: renamed })).rejects.toMatchObject({
      code: 'ESPALIER_UNKNOWN_LAYER',
    });
    const { weights: _, ...bare } = first!;
    await expect(factory.create({ ...request, start: [bare, ...others] })).rejects.toThrow(/has no weights/);
    const descending = [{ ...first!, active: first!.active.slice().reverse() }, ...others];
    await expect(factory.create({ ...request, start: descending })).rejects.toThrow(/not ascending/);
    const optimizer = { use: 'lion' as 'sgd', learningRate: 1 };
    await expect(factory.create({ ...request, optimizer })).rejects.toThrow(/no optimizer "lion".*sgd/);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('use after the end', async () => {
    const engine = await factory.create(requestFor(perceptron));
    engine.dispose();
    for (const use of [
      () => engine.save(),
      () => engine.layers[0]!.active,
      () => engine.evaluate(batch(0)),
    ]) {
      expect(use).toThrow(/ESPALIER_DISPOSED/);
    }
  });
});

describe('training', () => {
  it('learns lenet-300-100 at a density of 5 % on the plain path, layers kept dense among them', async () => {
    const architecture = lenet300100();
    const request = requestFor(architecture, { density: 0.05, optimizer: { momentum: 0.9 } });
    const head = request.start[2]!;
    const dense = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const start = [
      ...request.start.slice(0, 2),
      { name: head.name, active: dense, weights: new Float32Array(1000).fill(0.01) },
    ];
    const engine = await factory.create({ ...request, start });
    const examples = drawBatch(1, 32, [784], 10);
    const first = await engine.trainStep(examples, stepRequest(0, { learningRate: 0.01 }));
    let last = first;
    for (let step = 1; step < 15; step++) {
      last = await engine.trainStep(examples, stepRequest(step, { learningRate: 0.01, signals: new Set() }));
    }
    expect(last.loss).toBeLessThan(first.loss / 2);
    const state = await engine.save();
    expect(state.parameters[head.name]!.positions).toBeUndefined();
    engine.dispose();
  });
});
