import { readdirSync } from 'node:fs';
import { createTrainer, isMetric, isTopologyUpdate, type Plugin, type TrainerConfig } from 'espalier';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../examples/src/strategies/', import.meta.url);
const load = async (slot: string) =>
  ((await import(new URL(`${slot}.ts`, folder).href)) as { readonly default: Plugin }).default;

/** A network of two small layers that is updated every four of sixty steps. */
async function small(config: TrainerConfig) {
  return createTrainer({
    seed: 3,
    engine: 'reference',
    data: { use: 'synthetic', inputShape: [12], classes: 4, train: 160, test: 40 },
    architecture: { use: 'mlp', layers: [12, 20, 4] },
    sparsity: { density: 0.4 },
    method: { use: 'ggr', updateInterval: 4 },
    train: { epochs: 6, batchSize: 16 },
    ...config,
  });
}

const choices: Readonly<Record<string, TrainerConfig>> = {
  allocate: { allocate: 'acme/square-root' },
  topology: { topology: 'acme/stratified' },
  weights: { weights: 'acme/signs' },
  trigger: { trigger: { use: 'acme/back-off', firstInterval: 4, settled: 0.1 } },
  drop: { drop: 'acme/exponential' },
  'density-schedule': { densitySchedule: 'acme/linear', pruneQuota: 'to-budget' },
  prune: { prune: 'acme/relative-magnitude' },
  'prune-quota': { pruneQuota: 'acme/by-density' },
  redistribute: { redistribute: 'acme/mean-magnitude' },
  regrow: { regrow: 'acme/needy-units' },
  'grown-value': { grownValue: 'acme/small-noise' },
  hook: { hook: { use: 'acme/clip', limit: 0.2 } },
  structure: { method: { use: 'rigl', updateInterval: 4 }, structure: 'acme/pairs' },
  backward: { backward: 'acme/runners-up', slots: { use: 'keep' } },
  observe: { observers: ['acme/novelty'] },
};

async function run(slot: string) {
  const trainer = await small({ ...choices[slot], plugins: [await load(slot)] });
  const events = await lastValueFrom(trainer.train().pipe(toArray()));
  return { trainer, events, updates: events.filter(isTopologyUpdate) };
}

describe('the example of each slot', () => {
  it('exists', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(choices)
        .map((slot) => `${slot}.ts`)
        .sort(),
    );
  });

  it.each(Object.keys(choices))('%s trains and keeps the budget', async (slot) => {
    const { updates } = await run(slot);
    expect(updates.length).toBeGreaterThan(0);
    for (const { layers, budget } of updates) {
      const short = budget - layers.reduce((sum, { nonZerosAfter }) => sum + nonZerosAfter, 0);
      // A pair that has no partner is left out, in each of the two layers.
      expect(short).toBeGreaterThanOrEqual(0);
      expect(short).toBeLessThanOrEqual(slot === 'structure' ? 2 : 0);
    }
  });
});

it('the allocator shares by the root of the size', async () => {
  const { trainer } = await run('allocate');
  const [first, second] = (await small({ ...choices.allocate, plugins: [await load('allocate')] })).engine
    .layers;
  expect(trainer.engine.layers.map(({ name }) => name)).toEqual([first!.name, second!.name]);
  expect(first!.active.length / second!.active.length).toBeCloseTo(Math.sqrt(240 / 80), 1);
});

it('the placement leaves no stretch of the layer empty', async () => {
  const { engine } = await small({ ...choices.topology, plugins: [await load('topology')] });
  for (const { active, shape } of engine.layers) {
    const size = shape[0]! * shape[1]!;
    const gaps = [...active].slice(1).map((position, i) => position - active[i]!);
    expect(Math.max(...gaps)).toBeLessThan(2 * Math.ceil(size / active.length));
  }
});

it('the weights have one size per unit', async () => {
  const { engine } = await small({ ...choices.weights, plugins: [await load('weights')] });
  const { active, shape } = engine.layers[0]!;
  const weights = engine.layers[0]!.weights();
  const units = shape[1]!;
  const sizes = Array.from({ length: units }, () => new Set<number>());
  for (const [i, weight] of weights.entries()) sizes[active[i]! % units]!.add(Math.abs(weight));
  expect(sizes.every(({ size }) => size <= 1)).toBe(true);
  expect(weights.some((weight) => weight < 0) && weights.some((weight) => weight > 0)).toBe(true);
});

it('the trigger backs off once updates change little', async () => {
  const { updates } = await run('trigger');
  const gaps = updates.slice(1).map(({ step }, i) => step - updates[i]!.step);
  expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
  expect(new Set(gaps).size).toBeGreaterThan(1);
});

it('the drop fraction falls exponentially', async () => {
  const { updates } = await run('drop');
  for (const { step, dropFraction } of updates)
    expect(dropFraction).toBeCloseTo(0.3 * Math.exp(-step / 20), 9);
});

it('the drop schedule refuses impossible options', async () => {
  const plugins = [await load('drop')];
  await expect(small({ drop: { use: 'acme/exponential', rate: -1 }, plugins })).rejects.toThrow(
    'ESPALIER_INVALID_OPTION',
  );
});

it('the density falls to the target and stays there', async () => {
  const { updates } = await run('density-schedule');
  const budgets = updates.map(({ budget }) => budget);
  expect(budgets).toEqual([...budgets].sort((a, b) => b - a));
  expect(budgets[0]).toBeGreaterThan(0.4 * 320);
  expect(budgets.at(-1)).toBe(0.4 * 320);
});

it('the quota takes most from the layer that is densest', async () => {
  const { updates } = await run('prune-quota');
  const { layers } = updates[0]!;
  const share = layers.map(({ pruned, returned, nonZerosBefore }) => (pruned + returned) / nonZerosBefore);
  const sizes = [240, 80];
  const densities = layers.map(({ nonZerosBefore }, i) => nonZerosBefore / sizes[i]!);
  expect(densities[0]! < densities[1]!).toBe(share[0]! < share[1]!);
});

it('the hook keeps weights in bounds', async () => {
  const { trainer } = await run('hook');
  for (const layer of trainer.engine.layers) {
    expect(Math.max(...layer.weights().map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.2));
  }
});

it('the structure keeps pairs together', async () => {
  const { trainer, updates } = await run('structure');
  expect(updates.some(({ grown }) => grown > 0)).toBe(true);
  for (const { active } of trainer.engine.layers) {
    const even = [...active].filter((position) => position % 2 === 0);
    expect([...active]).toEqual(even.flatMap((position) => [position, position + 1]));
  }
});

it('the backward set trains inactive weights, which the forward pass leaves out', async () => {
  const { trainer } = await run('backward');
  const { parameters } = await trainer.engine.save();
  const [layer] = trainer.engine.layers;
  const fresh = await small({ ...choices.backward, plugins: [await load('backward')] });
  const before = (await fresh.engine.save()).parameters;
  const stored = Object.keys(parameters).filter((name) => name.includes(layer!.name));
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.some((name) => String(parameters[name]!.data) !== String(before[name]!.data))).toBe(true);
});

it('the observer measures each update', async () => {
  const { trainer, events, updates } = await run('observe');
  const metrics = events.filter(isMetric);
  expect(metrics).toHaveLength(updates.length);
  for (const { value } of metrics) expect(value).toHaveLength(trainer.engine.layers.length);
  expect(metrics.every(({ observer, name }) => observer === 'acme/novelty' && name === 'novelty')).toBe(true);
});
