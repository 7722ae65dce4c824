import { drawPositions } from '@espalier/conformance';
import { createRandomSource, type Positions, type Signal, type TopologyChange } from '@espalier/core';
import { type AttachedModel, attachModel, chooseBackend, wrapOptimizer } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from './support/models.js';

beforeAll(async () => {
  await chooseBackend('wasm');
});

const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  nesterov: () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.02),
  adamax: () => tf.train.adamax(0.02),
  rmsprop: () => tf.train.rmsprop(0.02, 0.9, 0.5),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(1),
};

function buildModel(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: 8,
        inputShape: [4],
        name: 'hidden',
        activation: 'tanh',
        kernelInitializer: seeded(1),
      }),
      tf.layers.dense({ units: 3, name: 'head', kernelInitializer: seeded(2) }),
    ],
  });
}

const x = () =>
  tf.tensor2d(
    Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7)),
    [6, 4],
  );
const y = () => tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);

function gradientsOf(model: tf.LayersModel) {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return tf.variableGrads(
    () => tf.losses.softmaxCrossEntropy(y(), model.apply(x(), { training: true }) as tf.Tensor) as tf.Scalar,
    variables,
  );
}

function begin(attached: AttachedModel) {
  const random = createRandomSource(5);
  attached.begin(
    attached.layers.map((layer) => ({ name: layer.name, active: drawPositions(random, layer, 0.5) })),
  );
}

const request = (signals: Signal[] = []) => ({
  signals: new Set(signals),
  updateWeights: true,
  accumulate: false,
});

/** One step of a loop of one's own. */
function step(model: tf.LayersModel, attached: AttachedModel, signals: Signal[] = []): number {
  const { value, grads } = tf.tidy(() => gradientsOf(model));
  attached.applyGradients(grads, request(signals));
  const loss = value.dataSync()[0]!;
  tf.dispose([value, grads as tf.NamedTensorMap]);
  return loss;
}

function expectMasked(model: tf.LayersModel, attached: AttachedModel) {
  attached.layers.forEach((layer, i) => {
    const active = new Set(layer.active);
    const kernel = model.getWeights()[2 * i]!.dataSync();
    expect([...kernel.keys()].filter((position) => kernel[position] !== 0 && !active.has(position))).toEqual(
      [],
    );
  });
}

function swap(attached: AttachedModel, slots: TopologyChange['slots'], keep = 0): TopologyChange {
  const [layer] = attached.layers;
  const inactive = Array.from({ length: 32 }, (_, i) => i).filter((i) => !layer!.active.includes(i));
  return {
    layer: layer!.name,
    pruned: layer!.active.slice(keep, keep + 2),
    grown: Uint32Array.from(inactive.slice(0, 2)),
    grownValues: Float32Array.of(0.25, -0.5),
    restarted: layer!.active.slice(keep + 2, keep + 3),
    restartedValues: Float32Array.of(0.125),
    slots,
  };
}

describe.each(Object.entries(optimizers))('%s', (_, create) => {
  it('trains a loop of one’s own with masked weights, over topology changes, without leaks', () => {
    const model = buildModel();
    const optimizer = create();
    const attached = attachModel(model, optimizer);
    begin(attached);
    expectMasked(model, attached);
    const first = step(model, attached, ['gradient']);
    const { numTensors } = tf.memory();
    for (let i = 0; i < 10; i++) {
      step(model, attached, ['gradient']);
      const change = swap(attached, { use: i % 2 ? 'zero' : 'layerMean' });
      attached.applyTopology([change]);
      const [layer] = attached.layers;
      const values = new Map([...layer!.active].map((position, k) => [position, layer!.weights()[k]]));
      expect([...change.grown].map((position) => values.get(position))).toEqual([0.25, -0.5]);
      expect(values.get(change.restarted[0]!)).toBe(0.125);
      expectMasked(model, attached);
    }
    let last = first;
    for (let i = 0; i < 40; i++) last = step(model, attached);
    expectMasked(model, attached);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(last).toBeLessThan(first);
    attached.dispose();
    attached.dispose();
    expect(() => attached.layers[0]!.active).toThrow(/ESPALIER_DISPOSED/);
  });

  it('is itself where every weight is active', () => {
    const [ours, plain] = [buildModel(), buildModel()];
    const attached = attachModel(ours, create());
    attached.begin(
      attached.layers.map((layer) => ({
        name: layer.name,
        active: Uint32Array.from({ length: layer.shape[0]! * layer.shape[1]! }, (_, i) => i),
      })),
    );
    const optimizer = create();
    for (let i = 0; i < 3; i++) {
      step(ours, attached);
      tf.tidy(() => {
        optimizer.applyGradients(gradientsOf(plain).grads);
      });
    }
    ours.getWeights().forEach((weight, i) => {
      expect(weight.dataSync()).toEqual(plain.getWeights()[i]!.dataSync());
    });
  });
});

describe('optimizer slots', () => {
  const momentumOf = (attached: AttachedModel, positions: Positions) => {
    // A step without weights being updated leaves the slots as they are.
    attached.applyGradients({}, { signals: new Set(['momentum']), updateWeights: false, accumulate: false });
    return [...attached.layers[0]!.signal('momentum', positions)];
  };

  it('of grown and restarted weights follow the policy, those of the others stay', () => {
    for (const create of [optimizers.momentum!, optimizers.adam!]) {
      const model = buildModel();
      const attached = attachModel(model, create());
      begin(attached);
      expect(momentumOf(attached, attached.layers[0]!.active.slice(0, 1))).toEqual([0]);
      for (let i = 0; i < 3; i++) step(model, attached);
      const before = momentumOf(attached, attached.layers[0]!.active);
      expect(before.some((value) => value !== 0)).toBe(true);
      const kept = attached.layers[0]!.active.slice(6, 9);
      const keptBefore = momentumOf(attached, kept);
      const zero = swap(attached, { use: 'zero' });
      attached.applyTopology([zero]);
      expect(momentumOf(attached, Uint32Array.of(...zero.grown, ...zero.restarted).sort())).toEqual([
        0, 0, 0,
      ]);
      expect(momentumOf(attached, kept)).toEqual(keptBefore);

      step(model, attached);
      const all = momentumOf(attached, attached.layers[0]!.active);
      const mean = swap(attached, { use: 'layerMean' });
      attached.applyTopology([mean]);
      const expected = all.reduce((sum, value) => sum + value, 0) / all.length;
      for (const value of momentumOf(attached, mean.grown)) expect(value).toBeCloseTo(expected, 6);

      step(model, attached, ['gradient']);
      const seed = swap(attached, { use: 'seed', scale: 2 });
      const gradient = [...attached.layers[0]!.signal('gradient', seed.grown)];
      attached.applyTopology([seed]);
      momentumOf(attached, seed.grown).forEach((value, i) => {
        expect(value).toBeCloseTo(2 * gradient[i]!, 6);
      });
    }
  });

  it('belong to the same variables, in whatever order or number gradients come', () => {
    const [straight, shuffled] = [buildModel(), buildModel()].map((model) => {
      const attached = attachModel(model, tf.train.momentum(0.05, 0.9));
      begin(attached);
      return { model, attached };
    });
    const [a, b] = [straight!, shuffled!];
    for (let i = 0; i < 4; i++) {
      tf.tidy(() => {
        const { grads } = gradientsOf(a.model);
        const entries = Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
        const bias = entries[1]!;
        a.attached.applyGradients({ ...grads, [bias.name]: tf.zerosLike(bias.tensor) }, request());
      });
      tf.tidy(() => {
        const named = Object.entries(gradientsOf(b.model).grads).map(([name, tensor]) => ({ name, tensor }));
        // Without the first bias, and from behind.
        b.attached.applyGradients([...named.slice(2).reverse(), named[0]!], request());
      });
    }
    a.model.getWeights().forEach((weight, i) => {
      expect(weight.dataSync()).toEqual(b.model.getWeights()[i]!.dataSync());
    });
  });

  it('of variables beside the model are kept apart, too', () => {
    const model = buildModel();
    const attached = attachModel(model, tf.train.momentum(0.1, 0.9));
    begin(attached);
    const beside = tf.variable(tf.scalar(1));
    attached.applyGradients([{ name: beside.name, tensor: tf.scalar(1) }], request());
    expect(beside.dataSync()[0]).toBeCloseTo(0.9, 6);
    attached.applyGradients({ [beside.name]: tf.scalar(0) }, request());
    expect(beside.dataSync()[0]).toBeCloseTo(0.81, 6);
    expect(() => attached.applyGradients({}, request())).toThrow(`"${beside.name}" is missing`);
  });
});

describe('signals', () => {
  it('are the dense gradients, summed where asked, before anything is masked', () => {
    const model = buildModel();
    const attached = attachModel(model, tf.train.sgd(0.1));
    begin(attached);
    const { grads } = gradientsOf(model);
    const [kernel] = Object.values(grads);
    for (const accumulate of [false, true]) {
      attached.applyGradients(grads, { signals: new Set(['gradient']), updateWeights: false, accumulate });
    }
    attached.layers[0]!.scan('gradient', (_, values) => {
      expect([...values]).toEqual([...kernel!.dataSync()].map((value) => value * 2));
    });
    const { positions } = attached.layers[0]!.strongest('gradient', 3, attached.layers[0]!.active, 0);
    expect(positions.length).toBe(3);
    expect(attached.signals.has('momentum')).toBe(false);
    expect(() => attached.applyGradients(grads, request(['momentum']))).toThrow(/no signal "momentum"/);
  });
});

describe('model.fit', () => {
  it('trains through a wrapped optimizer with masked weights, and plainly again afterwards', async () => {
    const model = buildModel();
    const optimizer = tf.train.adam(0.05);
    const attached = attachModel(model, optimizer);
    begin(attached);
    let steps = 0;
    const unwrap = wrapOptimizer(optimizer, (gradients) => {
      steps++;
      attached.applyGradients(gradients, request(['gradient']));
    });
    model.compile({
      optimizer,
      loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar,
    });
    const fit = () => model.fit(x(), y(), { epochs: 15, batchSize: 3, shuffle: false, verbose: 0 });
    const { history } = await fit();
    expect(steps).toBe(30);
    expect(history.loss!.at(-1)).toBeLessThan(history.loss![0] as number);
    expectMasked(model, attached);
    unwrap();
    unwrap();
    await fit();
    expect(steps).toBe(30);
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(false);
  });
});

it('refuses what is not a layers model, and starting layers that are not the model’s', () => {
  expect(() => attachModel({} as tf.LayersModel, tf.train.sgd(1))).toThrow(/ESPALIER_ENGINE_REFUSES/);
  const attached = attachModel(buildModel(), tf.train.sgd(1));
  expect(() => attached.begin([])).toThrow(
    /The starting layers are none, but the network has hidden\/kernel, head/,
  );
});
