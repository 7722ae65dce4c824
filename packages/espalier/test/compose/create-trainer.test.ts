import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { arrayDataset } from '@espalier/data';
import { chooseBackend } from '@espalier/engine-tfjs';
import { readSummary } from '@espalier/runs';
import * as tf from '@tensorflow/tfjs';
import {
  type Architecture,
  createTrainer,
  definePlugin,
  isMetric,
  isTopologyUpdate,
  LOGGER,
  method,
  type Observer,
  OPTIONS,
  type PruneCriterion,
  RUN_FACTS,
  type RunFacts,
  START_PLANNER,
  service,
  startPlanner,
  strategy,
  type TrainEvent,
  token,
} from 'espalier';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { keepingLogger, SMALL } from '../support/configs.js';
import { temporaryDirectory } from '../support/temporary.js';

/** All events of a run; the trainer is disposed. */
async function eventsOf(config: Parameters<typeof createTrainer>[0]): Promise<TrainEvent[]> {
  const trainer = await createTrainer(config);
  const events = await lastValueFrom(trainer.train().pipe(toArray()));
  await trainer.dispose();
  return events;
}

const lossesOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));

describe('createTrainer', () => {
  it("trains a data set and an architecture of one's own", async () => {
    const size = 40;
    const inputs = Float32Array.from({ length: size * 4 }, (_, i) => Math.sin(i));
    const targets = Float32Array.from({ length: size * 2 }, (_, i) => inputs[i * 2]! * 0.5);
    const examples = { inputs, targets };
    const data = arrayDataset({
      name: 'waves',
      inputShape: [4],
      outputs: 2,
      ...examples,
      test: examples,
    });
    const architecture: Architecture = {
      name: 'two-branches',
      inputShape: [4],
      nodes: [
        { kind: 'dense', name: 'left', units: 8, inputs: ['input'] },
        { kind: 'dense', name: 'right', units: 8, inputs: ['input'] },
        { kind: 'add', name: 'sum', inputs: ['left', 'right'] },
        { kind: 'dense', name: 'out', units: 2 },
      ],
    };
    const events = await eventsOf({
      engine: 'reference',
      data,
      architecture,
      sparsity: { density: 0.5 },
      method: 'set',
      optimizer: { use: 'adam', learningRate: 0.02 },
      train: { epochs: 20, batchSize: 8 },
    });
    const losses = lossesOf(events);
    expect(losses).toHaveLength(100);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4);
    const updates = events.filter(isTopologyUpdate);
    expect(updates.length).toBe(19);
    for (const { layers } of updates) {
      expect(layers.map(({ name }) => name)).toEqual(['left/kernel', 'right/kernel', 'out/kernel']);
      expect(layers.reduce((sum, { nonZerosAfter }) => sum + nonZerosAfter, 0)).toBe(40);
    }
    const evaluation = events.find(({ type }) => type === 'evaluation');
    expect(evaluation).not.toHaveProperty('accuracy');
  });

  it.each([
    ['tfjs', {}],
    ['sparse', {}],
    ['sparse', { engine: 'auto' }],
  ])('trains a model of TensorFlow.js on %s %o, from its own weights', async (engine, choice) => {
    const model = tf.sequential({
      name: 'mine',
      layers: [
        tf.layers.flatten({ inputShape: [6, 6, 1] }),
        tf.layers.dense({ name: 'hidden', units: 16, activation: 'relu' }),
        tf.layers.dense({ name: 'logits', units: 3, activation: 'softmax' }),
      ],
    });
    const before = model.getLayer('hidden').getWeights()[0]!.dataSync().slice();
    const { architecture: _, ...config } = SMALL;
    const trainer = await createTrainer({ ...config, engine, ...choice, model, positions: true });
    expect(trainer.engine.name).toBe(engine);
    const hidden = trainer.engine.layers.find(({ name }) => name === 'hidden/kernel')!;
    expect(hidden.weights()).toEqual(Float32Array.from(hidden.active, (position) => before[position]!));
    const kernel = () => model.getLayer('hidden').getWeights()[0]!.dataSync();
    // Whoever hears of the end finds the trained weights in the model.
    const atEnd: Float32Array[] = [];
    trainer.events.subscribe((event) => {
      if (event.type === 'run:end') atEnd.push(kernel().slice() as Float32Array);
    });
    const events = await lastValueFrom(trainer.train().pipe(toArray()));
    expect(
      events
        .filter(isTopologyUpdate)
        .every(({ layers }) => layers.every(({ positions }) => positions !== undefined)),
    ).toBe(true);
    const expected = new Float32Array(before.length);
    hidden.weights().forEach((weight, i) => {
      expected[hidden.active[i]!] = weight;
    });
    expect(kernel()).toEqual(expected);
    expect(atEnd).toEqual([expected]);
    await trainer.dispose();
    model.dispose();
  });

  it('on auto, leaves a softmax that is to meet target values to tfjs', async () => {
    const examples = { inputs: Float32Array.of(1, 2, 3, 4), targets: Float32Array.of(0.1, 0.9, 0.4, 0.6) };
    const data = arrayDataset({ name: 'shares', inputShape: [2], outputs: 2, ...examples });
    const layers = [tf.layers.dense({ units: 2, inputShape: [2], activation: 'softmax' })];
    const model = tf.sequential({ layers });
    const config = { data, model, method: 'static', sparsity: { density: 0.5 } } as const;
    const trainer = await createTrainer({ ...config, engine: 'auto' });
    expect(trainer.engine.name).toBe('tfjs');
    await trainer.dispose();
    await expect(createTrainer({ ...config, engine: 'sparse' })).rejects.toThrow(
      /ENGINE_REFUSES.*ends in a softmax.*engine "tfjs" runs it with mean-squared-error/,
    );
    model.dispose();
  });

  it('on auto, leaves a model that the sparse engine can not convert to tfjs', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [6, 6, 1] }),
        tf.layers.dense({ units: 3, activation: 'softmax', kernelRegularizer: 'l1l2' }),
      ],
    });
    const { architecture: _, ...config } = SMALL;
    const trainer = await createTrainer({ ...config, engine: 'auto', model });
    expect(trainer.engine.name).toBe('tfjs');
    await trainer.dispose();
    model.dispose();
  });

  it('takes plugins, methods and observers as objects', async () => {
    const seen: string[] = [];
    const observer: Observer = {
      observe(event, measure) {
        seen.push(event.type);
        if (event.type === 'topology:update') measure('moved', event.pruned + event.returned);
      },
      close() {
        seen.push('closed');
      },
    };
    const plugin = definePlugin({
      name: 'inline',
      api: 1,
      strategies: [
        strategy(
          'prune',
          'inline/newest',
          { sign: 1 },
          {
            useFactory: ({ sign }) => ({
              score: ({ active }) => Float32Array.from(active, (_, i) => sign * i),
            }),
          },
          { summary: 'The first ones.' },
        ),
      ],
      methods: [
        method(
          'inline/method',
          { share: 0.5 },
          ({ share }) => ({
            trigger: 'epoch-end',
            drop: { use: 'constant', dropFraction: share },
            prune: 'inline/newest',
            regrow: 'random',
          }),
          { summary: 'A method.' },
        ),
      ],
    });
    const events = await eventsOf({
      ...SMALL,
      method: { use: 'inline/method', share: 0.1 },
      prune: { sign: -1 },
      plugins: [plugin],
      observers: [{ name: 'watcher', observer }],
    });
    expect(events[0]).toMatchObject({
      type: 'run:start',
      recipe: { method: 'inline/method', rounds: [{ prune: { use: 'inline/newest', sign: -1 } }] },
    });
    expect(events.filter(isMetric)).toMatchObject([{ observer: 'watcher', name: 'moved', value: 15 }]);
    expect(seen).toEqual([...events.map(({ type }) => type), 'closed']);
  });

  it('injects services into strategies, and replaces those of core', async () => {
    const SCALE = token<number>('test/scale');
    const made: { scale: number; run: RunFacts; options: object }[] = [];
    class Scaled implements PruneCriterion {
      static readonly inject = [SCALE, RUN_FACTS, OPTIONS, LOGGER] as const;
      constructor(
        private readonly scale: number,
        run: RunFacts,
        options: object,
        logger: { info(message: string): void },
      ) {
        made.push({ scale, run, options });
        logger.info('made');
      }
      score({ weights }: { readonly weights: Float32Array }): Float32Array {
        return weights.map((weight) => this.scale * Math.abs(weight));
      }
    }
    const plugin = definePlugin({
      name: 'inline',
      api: 1,
      strategies: [
        strategy('prune', 'inline/scaled', { power: 2 }, { useClass: Scaled }, { summary: 'Scaled.' }),
      ],
      services: [service(SCALE, { useValue: 2 })],
    });
    let planned = 0;
    const planner: typeof startPlanner = {
      plan(...args) {
        planned++;
        return startPlanner.plan(...args);
      },
    };
    const logger = keepingLogger();
    const config = {
      ...SMALL,
      prune: 'inline/scaled',
      plugins: [plugin],
      services: [service(START_PLANNER, { useValue: planner })],
      logger,
      seed: 5,
    };
    const scaled = await eventsOf(config);
    await eventsOf({ ...config, services: [...config.services, service(SCALE, { useValue: 3 })] });
    const run = { seed: 5, totalSteps: 14, stepsPerEpoch: 7, density: 0.25 };
    expect(made).toEqual([
      { scale: 2, run, options: { power: 2 } },
      { scale: 3, run, options: { power: 2 } },
    ]);
    expect(planned).toBe(2);
    expect(logger.messages).toEqual(['made', 'made']);
    // Scaling all scores changes none of the choices.
    expect(lossesOf(scaled)).toEqual(lossesOf(await eventsOf({ ...SMALL, seed: 5 })));
  });

  it.each([
    ['few weights', {}, () => 'sparse'],
    ['all weights', { method: 'dense' }, (tfjs: string) => (tfjs.startsWith('node') ? 'tfjs' : 'sparse')],
  ])('where the engine is left to choose takes one that suits %s', async (_, change, suited) => {
    const name = suited((await chooseBackend()).backend);
    const directory = temporaryDirectory();
    const config = { ...SMALL, ...change, engine: 'auto', out: join(directory, 'run') };
    const trainer = await createTrainer(config);
    await trainer.run();
    await trainer.dispose();
    const { engine } = readSummary(join(directory, 'run/summary.json'));
    expect(engine).toMatchObject({
      name,
      backend: expect.stringMatching(/^(wasm|node|node-gpu|cpu)$/),
      threads: expect.any(Number),
    });
  });

  it('keeps two trainers of one process apart', async () => {
    const first = { ...SMALL, method: 'ggr' };
    const second = { ...SMALL, engine: 'tfjs', method: 'set', seed: 3 };
    const alone = [await eventsOf(first), await eventsOf(second)];
    const together = await Promise.all([eventsOf(first), eventsOf(second)]);
    expect(together).toEqual(alone);
  });
});

describe.skipIf(!existsSync('/proc/self/fd'))('a trainer that is not run', () => {
  it('holds no file of its run directory open', async () => {
    const out = join(temporaryDirectory(), 'run');
    const open = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(out);
        } catch {
          return false;
        }
      });
    const trainer = await createTrainer({ ...SMALL, out });
    expect(readdirSync(out).sort()).toEqual(['events.jsonl', 'run.yaml', 'topology.bin']);
    expect(open()).toEqual([]);
    await trainer.dispose();
  });
});

describe('createTrainer refuses', () => {
  const model = (inputShape: number[], units: number) =>
    tf.sequential({ layers: [tf.layers.flatten({ inputShape }), tf.layers.dense({ units })] });

  it.each<[string, Parameters<typeof createTrainer>[0], RegExp]>([
    [
      'a key that there is not',
      { ...SMALL, epochs: 3 } as object,
      /INVALID_CONFIG\] createTrainer: There is no key "epochs"/,
    ],
    [
      'a model and an architecture',
      { ...SMALL, model: {} },
      /INVALID_CONFIG\] createTrainer: both model and architecture/,
    ],
    [
      'what is no model',
      { ...SMALL, engine: 'tfjs', architecture: undefined, model: {} } as object,
      /ENGINE_REFUSES\] .*not a tf\.LayersModel/,
    ],
    [
      'a loss for other data',
      { ...SMALL, train: { loss: 'mean-squared-error' } },
      /INVALID_CONFIG\] train\.loss is mean-squared-error, but the data set "synthetic" gives class labels/,
    ],
    [
      'an observer of no name known',
      { ...SMALL, observers: ['nobody'] },
      /UNKNOWN_STRATEGY\] There is no observe strategy "nobody"/,
    ],
    [
      'a signal that the engine lacks',
      { ...SMALL, plugins: [needing('curvature')], prune: 'inline/needing' },
      /ENGINE_REFUSES\] prune "inline\/needing" reads the signal "curvature", which the engine "reference" does not supply/,
    ],
    [
      'a signal of a hook that the engine lacks',
      { ...SMALL, plugins: [needing('curvature')], hook: 'inline/needing' },
      /ENGINE_REFUSES\] hook "inline\/needing" reads the signal "curvature"/,
    ],
    ['a plugin that is none', { ...SMALL, plugins: [{} as never] }, /INVALID_PLUGIN/],
  ])('%s', async (_what, config, message) => {
    await expect(createTrainer(config)).rejects.toThrow(message);
  });

  it('a model that does not fit the data, before the first step', async () => {
    const { architecture: _, ...config } = { ...SMALL, engine: 'tfjs' };
    const few = model([6, 6, 1], 2);
    await expect(createTrainer({ ...config, model: few })).rejects.toThrow(
      /DATA_SHAPE\] The model ".*" has 2 outputs, but the data set "synthetic" has 3 classes/,
    );
    const small = model([5, 5, 1], 3);
    await expect(createTrainer({ ...config, model: small })).rejects.toThrow(
      /DATA_SHAPE\] The model ".*" takes 25 values per example, but the data set "synthetic" has 36/,
    );
    const many = model([36, 1, 1], 5);
    await (await createTrainer({ ...config, model: many })).dispose();
    for (const each of [few, small, many]) each.dispose();
  });

  it('and leaves neither directory nor tensors behind', async () => {
    const directory = temporaryDirectory();
    const { out: _, ...config } = { ...SMALL, engine: 'tfjs', out: '' };
    await (await createTrainer(config)).dispose();
    const tensors = tf.memory().numTensors;
    const out = join(directory, 'run');
    await expect(createTrainer({ ...config, out, regrow: 'nothing' })).rejects.toThrow(
      'ESPALIER_UNKNOWN_STRATEGY',
    );
    await expect(createTrainer({ ...config, out, sparsity: { density: 1e-6 } })).rejects.toThrow(
      'ESPALIER_INFEASIBLE_BUDGET',
    );
    expect(existsSync(out)).toBe(false);

    const done = await createTrainer({ ...config, out });
    await done.run();
    await done.dispose();
    const files = readdirSync(out);
    await expect(createTrainer({ ...config, out })).rejects.toThrow('ESPALIER_OUTPUT_EXISTS');
    expect(readdirSync(out)).toEqual(files);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

/** A plugin whose strategies read a signal. */
function needing(signal: string) {
  const needs = [signal];
  return definePlugin({
    name: 'inline',
    api: 1,
    strategies: [
      strategy(
        'prune',
        'inline/needing',
        {},
        { useFactory: () => ({ needs, score: ({ weights }) => weights.slice() }) },
        { summary: 'Needs.' },
      ),
      strategy(
        'hook',
        'inline/needing',
        {},
        { useFactory: () => ({ needs, afterStep() {} }) },
        { summary: 'Needs.' },
      ),
    ],
  });
}
