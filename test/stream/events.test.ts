import {
  definePlugin,
  isEpoch,
  isEvaluation,
  isStep,
  isTopologyUpdate,
  isWarning,
  type RegrowCriterion,
  strategy,
  type TrainEvent,
} from '@espalier/core';
import { arrayDataset } from '@espalier/data';
import { describe, expect, it } from 'vitest';
import { bytesOf, eventsOf, linesOf } from './support/inspect.js';
import starve from './support/starve.js';
import { tinyRun } from './support/tiny-run.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const regression = arrayDataset({
  name: 'sums',
  inputShape: [6],
  outputs: 3,
  inputs: Float32Array.from({ length: 72 }, (_, i) => Math.sin(i)),
  targets: Float32Array.from({ length: 36 }, (_, i) => Math.cos(i)),
  test: {
    inputs: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i / 2)),
    targets: Float32Array.from({ length: 6 }, (_, i) => Math.cos(i / 2)),
  },
  validation: {
    inputs: Float32Array.from({ length: 6 }, (_, i) => i),
    targets: Float32Array.from({ length: 3 }, (_, i) => i),
  },
});

describe('run:start', () => {
  it('says all that the run is made of', async () => {
    const { trainer, recipe } = await tinyRun({ seed: 3, keepDense: ['dense_2'] });
    const [begin] = await eventsOf(trainer);
    expect(begin).toEqual({
      type: 'run:start',
      step: 0,
      totalSteps: 18,
      epochs: 3,
      stepsPerEpoch: 6,
      seed: 3,
      engine: { name: 'reference', backend: 'float64', threads: 1 },
      density: { requested: 0.5, actual: 0.5 },
      budget: 24,
      recipe: recipe.expanded,
      layers: [
        { name: 'dense_1/kernel', shape: [6, 8], size: 48, nonZeros: 24, dense: false },
        { name: 'dense_2/kernel', shape: [8, 3], size: 24, nonZeros: 24, dense: true },
      ],
    });
  });

  it('says the density that the integer budget comes to', async () => {
    const { trainer } = await tinyRun({ density: 0.3 });
    expect((await eventsOf(trainer))[0]).toMatchObject({
      budget: 22,
      density: { requested: 0.3, actual: 22 / 72 },
    });
  });
});

describe('step and epoch', () => {
  it('tell the loss before the weights changed and the learning rate of the schedule', async () => {
    const schedule = { use: 'step', every: 1, factor: 0.5 } as const;
    const { trainer } = await tinyRun({ optimizer: { use: 'sgd', learningRate: 0.2, schedule } });
    const losses: number[] = [];
    trainer.hooks.on('step:after', (_, { loss }) => losses.push(loss));
    const steps = (await eventsOf(trainer)).filter(isStep);
    expect(steps.map(({ loss }) => loss)).toEqual(losses);
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      [...Array(18).keys()].map((step) => [step, Math.floor(step / 6)]),
    );
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(
      [0.2, 0.1, 0.05].flatMap((rate) => Array<number>(6).fill(rate)),
    );
  });

  it('of an epoch is the mean of its steps', async () => {
    const { trainer } = await tinyRun();
    const events = await eventsOf(trainer);
    const epochs = events.filter(isEpoch);
    expect(epochs.map(({ step, epoch }) => [step, epoch])).toEqual([
      [5, 0],
      [11, 1],
      [17, 2],
    ]);
    for (const { epoch, loss } of epochs) {
      const own = events.filter(isStep).filter((step) => step.epoch === epoch);
      expect(loss).toBeCloseTo(sum(own.map((step) => step.loss)) / 6, 12);
    }
  });
});

describe('topology:update', () => {
  it.each([
    ['rigl', { use: 'rigl', updateInterval: 4, updateEnd: 1 }],
    ['set', 'set'],
    ['ggr', { use: 'ggr', updateInterval: 4, updateEnd: 1 }],
  ])('counts what left, came and stayed, layer by layer and in all: %s', async (_, method) => {
    const { trainer, engine, start } = await tinyRun({ method, positions: true });
    const nonZeros = new Map(start.layers.map(({ name, active }) => [name, active.length]));
    const active = new Map(start.layers.map((layer) => [layer.name, new Set<number>(layer.active)]));
    const updates = (await eventsOf(trainer)).filter(isTopologyUpdate);
    expect(updates.length).toBeGreaterThan(1);
    for (const [index, update] of updates.entries()) {
      expect(update.updateIndex).toBe(index);
      expect(update.epoch).toBe(Math.floor(update.step / 6));
      expect(update.budget).toBe(start.budget);
      for (const key of ['pruned', 'grown', 'returned'] as const) {
        expect(update[key]).toBe(sum(update.layers.map((layer) => layer[key])));
      }
      expect(sum(update.layers.map(({ nonZerosAfter }) => nonZerosAfter))).toBe(start.budget);
      for (const layer of update.layers) {
        const { name, pruned, grown, nonZerosBefore, nonZerosAfter, positions } = layer;
        expect(nonZerosBefore).toBe(nonZeros.get(name));
        expect(nonZerosBefore - pruned + grown).toBe(nonZerosAfter);
        nonZeros.set(name, nonZerosAfter);
        expect(positions).toMatchObject({ pruned: { length: pruned }, grown: { length: grown } });
        const set = active.get(name)!;
        for (const position of positions!.pruned) expect(set.delete(position)).toBe(true);
        for (const position of positions!.grown) expect(set.has(position)).toBe(false);
        for (const position of positions!.grown) set.add(position);
      }
    }
    for (const layer of engine.layers) {
      expect([...layer.active]).toEqual([...active.get(layer.name)!].sort((a, b) => a - b));
    }
  });

  it('counts weights that came back in the update that took them apart from those that left', async () => {
    const { trainer } = await tinyRun({ recipe: { drop: { use: 'constant', dropFraction: 0.5 } } });
    const updates = (await eventsOf(trainer)).filter(isTopologyUpdate);
    for (const { layers } of updates) {
      for (const { pruned, returned, nonZerosBefore } of layers) {
        expect(pruned + returned).toBe(Math.floor(nonZerosBefore / 2));
      }
    }
    expect(sum(updates.map(({ returned }) => returned))).toBeGreaterThan(0);
    expect(sum(updates.map(({ pruned }) => pruned))).toBeGreaterThan(0);
  });

  it('leaves positions out unless they are asked for', async () => {
    const { trainer } = await tinyRun();
    for (const { layers } of (await eventsOf(trainer)).filter(isTopologyUpdate)) {
      for (const layer of layers) expect(layer).not.toHaveProperty('positions');
    }
  });

  it('leaves out layers that are kept dense', async () => {
    const { trainer } = await tinyRun({ keepDense: ['dense_1'] });
    for (const { layers } of (await eventsOf(trainer)).filter(isTopologyUpdate)) {
      expect(layers.map(({ name }) => name)).toEqual(['dense_2/kernel']);
    }
  });

  it('never comes where all layers are kept dense', async () => {
    const { trainer } = await tinyRun({ keepDense: ['*'] });
    const events = await eventsOf(trainer);
    expect(events.filter((event) => isTopologyUpdate(event) || isWarning(event))).toEqual([]);
    expect(events.at(-1)).toMatchObject({ topologyUpdates: 0, outcome: 'completed' });
  });
});

describe('evaluation', () => {
  const evaluations = async (every: number, splits = ['test']) => {
    const { trainer } = await tinyRun({ evaluation: { every, splits }, dataset: regression, batchSize: 6 });
    return (await eventsOf(trainer)).filter(isEvaluation);
  };
  const epochs = (events: readonly { readonly epoch: number }[]) => events.map(({ epoch }) => epoch);

  it('comes after every so many epochs, and always after the last one', async () => {
    expect(epochs(await evaluations(1))).toEqual([0, 1, 2]);
    expect(epochs(await evaluations(2))).toEqual([1, 2]);
    expect(epochs(await evaluations(3))).toEqual([2]);
    expect(epochs(await evaluations(7))).toEqual([2]);
  });

  it('never comes with 0', async () => {
    expect(await evaluations(0)).toEqual([]);
  });

  it('covers the splits in their order', async () => {
    const events = await evaluations(3, ['test', 'validation']);
    expect(events.map(({ split, examples }) => [split, examples])).toEqual([
      ['test', 2],
      ['validation', 1],
    ]);
  });

  it('has no accuracy for regression', async () => {
    for (const event of await evaluations(1)) expect(event).not.toHaveProperty('accuracy');
  });

  it('is of the network after the step, whatever the batches', async () => {
    for (const batchSize of [1, 4, 250]) {
      const { trainer } = await tinyRun({ evaluation: { every: 1, splits: ['test'], batchSize } });
      const last = (await eventsOf(trainer)).filter(isEvaluation).at(-1)!;
      const again = await trainer.evaluate();
      expect(last).toMatchObject({ step: 17, epoch: 2, accuracy: again.accuracy, examples: 9 });
      expect(last.loss).toBeCloseTo(again.loss, 12);
    }
  });

  it('of a split that the data set lacks is an error before anything is trained', async () => {
    await expect(tinyRun({ evaluation: { every: 1, splits: ['tests'] } })).rejects.toThrow(
      /ESPALIER_UNKNOWN_DATA.*no split "tests". Did you mean "test"\?/,
    );
  });
});

describe('warning', () => {
  const warningsOf = async (options: Parameters<typeof tinyRun>[0]) => {
    const { trainer } = await tinyRun(options);
    return (await eventsOf(trainer)).filter(isWarning);
  };
  const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

  it('few-updates comes first, with their number', async () => {
    const [warning] = await warningsOf({});
    expect(warning).toMatchObject({ step: 0, kind: 'few-updates', facts: { updates: 4 } });
    expect(warning!.message).toContain('only 4 topology updates');
  });

  it('few-updates does not come with 20 updates, nor where none are meant to be', async () => {
    const often = (updates: number) => ({ use: 'rigl', updateInterval: 1, updateEnd: updates / 24 });
    expect(kinds(await warningsOf({ method: often(19), epochs: 4 }))).toContain('few-updates');
    expect(kinds(await warningsOf({ method: often(20), epochs: 4 }))).not.toContain('few-updates');
    expect(kinds(await warningsOf({ method: 'static' }))).not.toContain('few-updates');
  });

  it('layer-at-floor and dead-units name the layer, once each', async () => {
    const warnings = await warningsOf({
      plugins: [starve],
      density: 0.3,
      recipe: { drop: { use: 'constant', dropFraction: 1 }, redistribute: 'test/starve' },
    });
    expect(warnings.filter(({ kind }) => kind !== 'few-updates')).toEqual([
      {
        type: 'warning',
        step: 4,
        kind: 'layer-at-floor',
        message: 'Layer "dense_1/kernel" has shrunk to its floor of 1 weights.',
        facts: { layer: 'dense_1/kernel', floor: 1 },
      },
      {
        type: 'warning',
        step: 4,
        kind: 'dead-units',
        message: '7 of 8 units of layer "dense_1/kernel" have no input left.',
        facts: { layer: 'dense_1/kernel', units: 7 },
      },
    ]);
  });

  it('carries what strategies report, after the update that they report in', async () => {
    const random: RegrowCriterion = {
      propose(layer, count, { report }) {
        report('test/regrown', { layer: layer.name, count });
        return layer.sample(count);
      },
    };
    const reporting = definePlugin({
      name: 'test-reporting',
      api: 1,
      strategies: [
        strategy('regrow', 'test/reporting', {}, { useFactory: () => random }, { summary: 'Reports.' }),
      ],
    });
    const { trainer } = await tinyRun({
      plugins: [reporting],
      recipe: { regrow: 'test/reporting' },
      keepDense: ['dense_2'],
      epochs: 1,
    });
    const events = await eventsOf(trainer);
    const at = events.findIndex(isTopologyUpdate);
    expect(events[at + 1]).toEqual({
      type: 'warning',
      step: 4,
      kind: 'test/regrown',
      message: 'test/regrown',
      facts: { layer: 'dense_1/kernel', count: expect.any(Number) },
    });
  });
});

describe('every event', () => {
  it.each([
    ['rigl', {}],
    ['set on a regression', { method: 'set', dataset: regression, batchSize: 5 }],
    ['ggr with positions', { method: { use: 'ggr', updateInterval: 2 }, positions: true }],
    ['dense', { method: 'dense' }],
    [
      'a measured run',
      {
        observers: [
          {
            name: 'measures',
            observer: {
              observe: (event: TrainEvent, measure: (name: string, value: number | number[]) => void) => {
                if (isStep(event)) measure('loss', [event.loss, event.step]);
              },
            },
          },
        ],
      },
    ],
  ])('is plain JSON without NaN or Infinity: %s', async (_, options) => {
    const { trainer } = await tinyRun(options);
    const events = await eventsOf(trainer);
    // JSON makes null of NaN and Infinity, leaves undefined out, and knows no classes and typed arrays.
    expect(JSON.parse(JSON.stringify(events))).toStrictEqual(events);
  });
});

describe('the seed', () => {
  it.each(['rigl', 'set', 'ggr'])(
    'decides everything: equal seeds, equal events and bytes with %s',
    async (method) => {
      const runs = await Promise.all([1, 2].map(() => tinyRun({ method, seed: 11, positions: true })));
      const [one, other] = await Promise.all(runs.map(({ trainer }) => eventsOf(trainer)));
      expect(linesOf(one!)).toBe(linesOf(other!));
      expect(await bytesOf(runs[0]!.engine)).toEqual(await bytesOf(runs[1]!.engine));
    },
  );

  it('decides starting weights, topology and order of the data: other seeds, other runs', async () => {
    const one = await tinyRun({ seed: 1, method: 'static' });
    const other = await tinyRun({ seed: 2, method: 'static' });
    expect([...one.engine.layers[0]!.active]).not.toEqual([...other.engine.layers[0]!.active]);
    const losses = async ({ trainer }: typeof one) =>
      (await eventsOf(trainer)).filter(isStep).map((s) => s.loss);
    expect(await losses(one)).not.toEqual(await losses(other));
    expect(await bytesOf(one.engine)).not.toEqual(await bytesOf(other.engine));
  });
});

it('a method that is meant to rewire and never will says so', async () => {
  const { trainer } = await tinyRun({ method: { use: 'rigl', updateInterval: 1000 } });
  const warnings: TrainEvent[] = [];
  trainer.events.subscribe((event) => event.type === 'warning' && warnings.push(event));
  await trainer.run();
  expect(warnings).toContainEqual(expect.objectContaining({ kind: 'few-updates', facts: { updates: 0 } }));
});
