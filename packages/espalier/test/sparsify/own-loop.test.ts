import * as tf from '@tensorflow/tfjs';
import { definePlugin, type SparseModel, sparsify, strategy } from 'espalier';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examples, expectSparse, SIZES, smallModel } from '../support/model.js';

const STEPS = 30;
const CONFIG = { method: 'rigl', density: 0.3, totalSteps: STEPS, trigger: { updateInterval: 3 } } as const;
const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.02),
  rmsprop: () => tf.train.rmsprop(0.01),
};

/** Takes one step of a loop of one's own; gives the loss. */
function step(model: tf.LayersModel, sparse: SparseModel, data: ReturnType<typeof examples>) {
  const loss = () =>
    tf.losses.meanSquaredError(data.targets, model.apply(data.inputs) as tf.Tensor) as tf.Scalar;
  const { value, grads } = tf.variableGrads(loss);
  const result = sparse.step(grads);
  const number = value.dataSync()[0]!;
  tf.dispose([value, ...Object.values(grads)]);
  return { ...result, loss: number };
}

describe("sparsify in a loop of one's own", () => {
  it.each(Object.keys(OPTIMIZERS))(
    'keeps masks and budget after every step, and learns, with %s',
    async (name) => {
      const model = smallModel();
      const data = examples();
      const sparse = await sparsify(model, OPTIMIZERS[name]!(), CONFIG);
      onTestFinished(() => sparse.dispose());
      expect(sparse.budget).toBe(Math.round(0.3 * (96 + 120 + 10)));
      expectSparse(model, sparse);
      const losses: number[] = [];
      let updates = 0;
      let moved = 0;
      let tensors = 0;
      for (let i = 0; i < STEPS; i++) {
        const { loss, topologyUpdate } = step(model, sparse, data);
        expectSparse(model, sparse);
        losses.push(loss);
        if (topologyUpdate !== undefined) {
          expect(topologyUpdate).toMatchObject({ step: i, updateIndex: updates++, budget: sparse.budget });
          moved += topologyUpdate.grown;
        }
        // Optimizers make their slots with the first gradients, and update steps pass the optimizer by.
        if (i === 4) tensors = tf.memory().numTensors;
      }
      expect(tf.memory().numTensors).toBe(tensors);
      expect({ updates, moved: moved > 0 }).toEqual({ updates: 7, moved: true });
      expect({ steps: sparse.steps, updates: sparse.topologyUpdates }).toEqual({ steps: STEPS, updates });
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
    },
  );

  it("keeps the model's own weights where they are active", async () => {
    const model = smallModel();
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    const sparse = await sparsify(model, tf.train.sgd(0.1), CONFIG);
    onTestFinished(() => sparse.dispose());
    for (const [i, { active }] of sparse.layers.entries()) {
      expect(sparse.layers[i]!.weights()).toEqual(
        Float32Array.from(active, (position) => before[2 * i]![position]!),
      );
    }
  });

  it('takes the same places for the same seed, others for another', async () => {
    const places = async (seed: number) => {
      const model = smallModel();
      const data = examples();
      const config = { method: 'set', density: 0.3, totalSteps: STEPS, stepsPerEpoch: 5, seed };
      const sparse = await sparsify(model, tf.train.sgd(0.05), config);
      for (let i = 0; i < STEPS; i++) step(model, sparse, data);
      const active = sparse.layers.map((layer) => [...layer.active]);
      sparse.dispose();
      return active;
    };
    expect(await places(1)).toEqual(await places(1));
    expect(await places(1)).not.toEqual(await places(2));
  });

  it('leaves dense what the configuration says', async () => {
    const model = smallModel();
    const data = examples();
    const sparse = await sparsify(model, tf.train.adam(0.01), {
      ...CONFIG,
      method: 'ggr',
      keepDense: ['third/*'],
    });
    onTestFinished(() => sparse.dispose());
    expect(sparse.budget).toBe(Math.round(0.3 * (96 + 120)));
    for (let i = 0; i < STEPS; i++) {
      step(model, sparse, data);
      expectSparse(model, sparse, ['third/kernel']);
    }
    expect(sparse.topologyUpdates).toBe(7);
  });

  it('trains densely by the method of that name', async () => {
    const model = smallModel();
    const sparse = await sparsify(model, tf.train.sgd(0.1), { method: 'dense', totalSteps: 3 });
    onTestFinished(() => sparse.dispose());
    expect(sparse.layers.map(({ active }) => active.length)).toEqual(Object.values(SIZES));
    expect(step(model, sparse, examples()).topologyUpdate).toBeUndefined();
  });

  it('frees what it made when disposed, and is of no use afterwards', async () => {
    const model = smallModel();
    const data = examples();
    const optimizer = tf.train.sgd(0.05);
    const tensors = tf.memory().numTensors;
    const sparse = await sparsify(model, optimizer, CONFIG);
    for (let i = 0; i < 4; i++) step(model, sparse, data);
    const weights = model.getWeights().map((weight) => weight.dataSync().slice());
    sparse.dispose();
    sparse.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(weights);
    expect(() => step(model, sparse, data)).toThrow('[ESPALIER_DISPOSED]');
  });
});

describe('sparsify refuses', () => {
  it('steps beyond those that it was told of', async () => {
    const model = smallModel();
    const data = examples();
    const sparse = await sparsify(model, tf.train.sgd(0.05), { ...CONFIG, totalSteps: 2 });
    onTestFinished(() => sparse.dispose());
    step(model, sparse, data);
    step(model, sparse, data);
    const weights = model.getWeights().map((weight) => weight.dataSync().slice());
    expect(() => step(model, sparse, data)).toThrow(
      '[ESPALIER_INVALID_CONFIG] sparsify was told of 2 steps (totalSteps), and this would be one more.',
    );
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(weights);
    expect(sparse.steps).toBe(2);
  });

  it.each<[string, object, RegExp]>([
    [
      'a layer that there is not',
      { keepDense: ['fourth/*'] },
      /UNKNOWN_LAYER\] keepDense: "fourth\/\*" matches no layer\. Known: first\/kernel, second\/kernel, third\/kernel/,
    ],
    ['a weight to include that there is not', { include: ['lstm/*'] }, /UNKNOWN_LAYER\] .*lstm/],
    ['no steps', { totalSteps: 0 }, /INVALID_CONFIG\] sparsify: totalSteps is 0/],
    ['half a step', { stepsPerEpoch: 1.5 }, /INVALID_CONFIG\] sparsify: stepsPerEpoch is 1\.5/],
    ['a density out of range', { density: 2 }, /INVALID_DENSITY\] sparsify: sparsity\.density is 2/],
    [
      'density and sparsity',
      { sparsity: 0.5 },
      /INVALID_CONFIG\] sparsify: sparsity gives both density and sparsity/,
    ],
    ['a budget below the floors', { density: 0.001 }, /INFEASIBLE_BUDGET/],
    [
      'an unknown method',
      { method: 'rigel' },
      /UNKNOWN_METHOD\] There is no method "rigel"\. Did you mean "rigl"/,
    ],
    ['an unknown strategy', { regrow: 'gradients' }, /UNKNOWN_STRATEGY\] .*Did you mean "gradient"/],
    ['an unknown key', { epochs: 3 }, /INVALID_CONFIG\] sparsify: There is no key "epochs"/],
  ])('%s, and leaves the model as it was', async (_what, config, message) => {
    const model = smallModel();
    const weights = model.getWeights().map((weight) => weight.dataSync().slice());
    const tensors = tf.memory().numTensors;
    const optimizer = tf.train.sgd(0.1);
    const attempt = sparsify(model, optimizer, { ...CONFIG, ...config });
    await expect(attempt).rejects.toThrow(message);
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(weights);
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(false);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('what is no model', async () => {
    await expect(sparsify({} as tf.LayersModel, tf.train.sgd(0.1), CONFIG)).rejects.toThrow(
      '[ESPALIER_ENGINE_REFUSES] The model is not a tf.LayersModel',
    );
  });

  it('a method whose signal the optimizer does not keep', async () => {
    const reads = {
      name: 'inline',
      api: 1,
      strategies: [
        {
          slot: 'prune',
          name: 'inline/momentum',
          defaults: {},
          about: { summary: 'By momentum.' },
          provider: { useFactory: () => ({ needs: ['momentum'], score: () => new Float32Array() }) },
        },
      ],
    };
    const config = { ...CONFIG, plugins: [reads], prune: 'inline/momentum' };
    await expect(sparsify(smallModel(), tf.train.sgd(0.1), config)).rejects.toThrow(
      /ENGINE_REFUSES\] prune "inline\/momentum" reads the signal "momentum"/,
    );
    (await sparsify(smallModel(), tf.train.momentum(0.1, 0.9), config)).dispose();
  });

  it.each([
    [
      'top-kast',
      /"weight", which the engine "tfjs, in a loop of your own" does not supply; .*createTrainer keeps one/,
    ],
    ['snfs', /"denseMomentum", .*createTrainer sees to/],
  ])('%s, which only createTrainer can run', async (method, message) => {
    const { trigger: _, ...config } = CONFIG;
    await expect(sparsify(smallModel(), tf.train.momentum(0.1, 0.9), { ...config, method })).rejects.toThrow(
      message,
    );
  });
});

it('a recipe with a step hook is refused, as nothing would call it', async () => {
  const still = strategy(
    'hook',
    'acme/still',
    {},
    { useFactory: () => ({ afterStep() {} }) },
    { summary: 'Nothing.' },
  );
  const plugin = definePlugin({ name: 'acme', api: 1, strategies: [still] });
  const config = { ...CONFIG, plugins: [plugin], hook: 'acme/still' };
  await expect(sparsify(smallModel(), tf.train.sgd(0.1), config)).rejects.toThrow(
    /ESPALIER_ENGINE_REFUSES.*"acme\/still" runs under createTrainer/,
  );
});
