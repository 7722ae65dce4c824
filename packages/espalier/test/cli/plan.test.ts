import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunStartEvent, TopologyUpdateEvent, TrainEvent } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import type { RunForecast } from '../../src/cli/plan/plan-run.js';
import { TINY } from '../support/command.js';
import { espalierHere, trainHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

async function plan(directory: string, ...flags: string[]): Promise<RunForecast> {
  const { code, stdout, stderr } = await espalierHere(directory, 'plan', ...TINY, '--json', ...flags);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

async function show(...flags: string[]): Promise<string> {
  const { code, stdout } = await espalierHere(temporaryDirectory(), 'plan', ...TINY, ...flags);
  expect(code).toBe(0);
  return stdout;
}

function eventsOf(directory: string): TrainEvent[] {
  const lines = readFileSync(join(directory, 'run/events.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const RUNS: readonly (readonly string[])[] = [
  ['--method', 'ggr'],
  ['--method', 'rigl', '--density', '0.03', '--set', 'sparsity.keepDense=[dense_2]', '--epochs', '5'],
  ['--method', 'set', '--set', 'allocate=uniform', '--set', 'sparsity.budgetIncludesDense=true'],
  ['--method', 'static', '--set', 'allocate={use: fixed, densities: {dense_2: 0.5}}'],
  ['--method', 'dense', '--optimizer', 'adam'],
  ['--method', 'ggr', '--set', 'densitySchedule=cubic', '--set', 'pruneQuota=to-budget', '--epochs', '4'],
  ['--method', 'ggr', '--set', 'trigger={use: interval-table, table: [[0, 3], [1, 2]]}', '--seed', '5'],
];

describe('espalier plan', () => {
  it.each(RUNS.map((flags) => [flags.join(' '), flags] as const))(
    'foretells train %s',
    async (_name, flags) => {
      const directory = temporaryDirectory();
      const planned = await plan(directory, ...flags);
      expect((await trainHere(directory, ...flags, '--out', 'run')).code).toBe(0);
      const events = eventsOf(directory);
      const start = events.find((event): event is RunStartEvent => event.type === 'run:start')!;
      const updates = events.filter(
        (event): event is TopologyUpdateEvent => event.type === 'topology:update',
      );

      expect(planned.layers.map(({ name, size, weights }) => ({ name, size, weights }))).toEqual(
        start.layers.map(({ name, size, nonZeros }) => ({ name, size, weights: nonZeros })),
      );
      expect(planned.layers.map(({ keptDenseBy }) => keptDenseBy !== null)).toEqual(
        start.layers.map(({ dense }) => dense),
      );
      expect(planned).toMatchObject({
        budget: { start: start.budget },
        steps: start.totalSteps,
        stepsPerEpoch: start.stepsPerEpoch,
        engine: { name: start.engine.name, backend: start.engine.backend },
      });
      const steps = updates.map(({ step }) => step);
      expect(planned.updates).toMatchObject({
        count: updates.length,
        first: steps[0] ?? null,
        last: steps.at(-1) ?? null,
      });
      const fractions = updates.map(({ dropFraction }) => dropFraction);
      expect(planned.updates.dropFraction?.first).toBe(fractions[0]);
      expect(planned.updates.dropFraction?.middle).toBe(fractions[Math.floor(fractions.length / 2)]);
      expect(planned.updates.dropFraction?.last).toBe(fractions.at(-1));
      expect(planned.updates.startRemaining).toBeCloseTo(
        fractions.reduce((rest, f) => rest * (1 - f), 1),
        12,
      );
      if (updates.length > 0) expect(updates.at(-1)!.budget).toBe(planned.budget.target);
    },
  );

  it('foretells a run that starts from trained weights', async () => {
    const directory = temporaryDirectory();
    await trainHere(directory, '--method', 'set', '--density', '0.05', '--out', 'first');
    const flags = ['--from', 'first', '--from-topology', 'given', '--method', 'ggr'];
    const planned = await plan(directory, ...flags);
    expect((await trainHere(directory, ...flags, '--out', 'run')).code).toBe(0);
    const start = eventsOf(directory).find((event): event is RunStartEvent => event.type === 'run:start')!;
    expect(planned.layers.map(({ weights }) => weights)).toEqual(
      start.layers.map(({ nonZeros }) => nonZeros),
    );
    expect(planned.budget.target).toBe(Math.round(0.05 * (784 * 20 + 20 * 10)));
  });

  it('counts the memory of a masked network', async () => {
    const directory = temporaryDirectory();
    const { memory } = await plan(directory, '--method', 'rigl', '--optimizer', 'adam');
    const kernels = 784 * 20 + 20 * 10;
    const values = 8 * (kernels + 20 + 10);
    const topology = 4 * Math.round(kernels / 10) + kernels;
    expect(memory).toEqual({
      weights: values,
      gradients: values,
      slots: 3 * values,
      topology,
      signal: 8 * kernels,
      total: 5 * values + topology + 8 * kernels,
      dense: 5 * values + 4 * kernels,
    });
    expect((await plan(directory, '--method', 'static')).memory.signal).toBe(0);
  });

  it('counts the memory of a network that exists only where it is active', async () => {
    const kernels = 784 * 20 + 20 * 10;
    const estimate = (active: number) => {
      const values = 4 * (active + 20 + 10);
      const parts = {
        weights: values + 4 * active,
        gradients: values,
        slots: 3 * values,
        topology: 16 * active,
      };
      return { ...parts, total: 5 * values + 20 * active };
    };
    const flags = ['--engine', 'sparse', '--method', 'rigl', '--optimizer', 'adam'];
    const { memory } = await plan(temporaryDirectory(), ...flags);
    const dense = estimate(kernels).total;
    expect(memory).toEqual({ ...estimate(Math.round(kernels / 10)), signal: 0, dense });
    // Values, three slots and a gradient at every position, where they are allowed.
    const allowed = [...flags, '--method', 'top-kast', '--set', 'denseState=allow'];
    const latent = await plan(temporaryDirectory(), ...allowed);
    expect(latent.memory.total).toBe(estimate(Math.round(kernels / 10)).total + 5 * 4 * kernels);
  });

  it('plans a network of 25 million weights', async () => {
    const { stdout } = await espalierHere(
      temporaryDirectory(),
      ...['plan', '--json', '--density', '0.02', '--engine', 'reference', '--architecture', 'mlp'],
      ...['--set', 'architecture.layers=[3072,4000,3150,100,10]', '--data', 'synthetic'],
      ...['--set', 'data.inputShape=[32,32,3]', '--set', 'data.train=64', '--set', 'data.test=10'],
    );
    const { layers, budget }: RunForecast = JSON.parse(stdout);
    expect(layers.reduce((all, { size }) => all + size, 0)).toBe(25_204_000);
    expect(layers.reduce((all, { weights }) => all + weights, 0)).toBe(504_080);
    expect(budget.target).toBe(504_080);
  });

  it('writes nothing', async () => {
    const directory = temporaryDirectory();
    writeFiles(directory, { 'run.yaml': 'out: there\nmethod: rigl\n' });
    expect((await espalierHere(directory, 'plan', 'run.yaml', ...TINY)).code).toBe(0);
    await refusal(directory, espalierHere(directory, 'plan', 'run.yaml', ...TINY, '--density', '2'));
  });
});

describe('espalier plan warns', () => {
  const warnings = async (...flags: string[]) =>
    (await plan(temporaryDirectory(), ...flags)).warnings.join('\n');
  const interval = (steps: number) => ['--method', 'rigl', '--set', `method.updateInterval=${steps}`];

  it('of few updates', async () => {
    expect(await warnings(...interval(100), '--epochs', '50')).toContain(
      'The run has only 2 topology updates',
    );
    expect(await warnings(...interval(10), '--epochs', '50')).not.toContain('topology updates');
  });

  it('of an interval that is short in steps or in examples', async () => {
    const twenty = ['--epochs', '200', '--batch-size', '25'];
    expect(await warnings(...interval(9), ...twenty)).toContain('as close as 9 steps (225 examples)');
    expect(await warnings(...interval(20), ...twenty)).toContain('as close as 20 steps (500 examples)');
    expect(await warnings(...interval(21), ...twenty)).toBe('');
  });

  it('of layers that start near their floors', async () => {
    const ggr = (minDensity: number) =>
      warnings('--method', 'ggr', '--set', 'allocate=uniform', '--set', `minDensity=${minDensity}`);
    expect(await ggr(1)).toContain(
      'Layer dense_1/kernel starts with 1,568 weights, at its floor of 1,568 weights',
    );
    expect(await ggr(0.95)).toContain(
      'Layer dense_2/kernel starts with 20 weights, near its floor of 19 weights',
    );
    expect(await ggr(0.8)).not.toContain('floor');
  });

  it('of nothing where the topology stays', async () => {
    expect(await warnings('--method', 'static', '--set', 'minDensity=1', '--set', 'allocate=uniform')).toBe(
      '',
    );
  });
});

describe('what espalier plan shows', () => {
  it('is what the run is, within 80 columns', async () => {
    const text = await show('--method', 'ggr', '--set', 'sparsity.keepDense=[dense_2]', '--epochs', '1');
    expect(text).toContain('run       ggr on mlp\ndata      synthetic: 200 training, 50 test examples\n');
    expect(text).toContain(
      'engine    reference (float64)\nsteps     7: 1 epoch of 7 with 32 examples each\n',
    );
    expect(text).toContain('budget    1,568 of 15,680 weights (10.00 %)\n');
    expect(text).toMatch(/^dense {5}dense_2\/kernel, by keepDense "dense_2"; 30 other parameters/m);
    expect(text).toMatch(/^updates {3}5, every step, from step 1 to step 5$/m);
    expect(text).toMatch(/^dense_1\/kernel {2}784 x 20 {2}15,680 {4}1,568 {3}10\.00 % {4}157$/m);
    expect(text).toMatch(/^dense_2\/kernel {2}20 x 10 {6}200 {6}200 {2}100\.00 % {2}dense$/m);
    expect(text).toMatch(/^warning {3}The run has only 5 topology/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('speaks of no updates where there are none', async () => {
    const text = await show('--method', 'dense');
    expect(text).toMatch(/^updates {3}none$/m);
    expect(text).not.toMatch(/drop fraction|warning|first densities/);
  });

  it('says how much of the starting densities is left where they move', async () => {
    expect(await show('--method', 'ggr')).toMatch(/the layers' first densities count for \d+\.\d+ %/);
    expect(await show('--method', 'rigl')).not.toContain('first densities');
  });

  it('says where the density comes down to its target', async () => {
    const text = await show(
      '--method',
      'ggr',
      '--set',
      'densitySchedule=cubic',
      '--set',
      'pruneQuota=to-budget',
    );
    expect(text).toContain('budget    1,588 of 15,880 weights (10.00 %); it starts with 15,880\n');
  });
});

describe('espalier plan refuses', () => {
  it.each([
    [['--density', '1e-7'], 'INFEASIBLE_BUDGET'],
    [['--set', 'architecture.layers=[100,20,10]'], 'DATA_SHAPE'],
    [['--set', 'sparsity.keepDense=["fc*"]'], 'UNKNOWN_LAYER'],
    [['--engine', 'tpu'], 'UNKNOWN_ENGINE'],
    [['--backend', 'wasm'], 'INVALID_OPTION'],
    [['--data', 'mnist', '--data-dir', 'nowhere'], 'DATA_NOT_FOUND'],
  ])('%s', async (flags, code) => {
    const directory = temporaryDirectory();
    const run = ['plan', '--architecture', 'mlp', '--engine', 'reference', ...flags];
    expect(await refusal(directory, espalierHere(directory, ...run))).toContain(`[ESPALIER_${code}]`);
  });
});
