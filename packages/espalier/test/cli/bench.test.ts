import { describe, expect, it } from 'vitest';
import { findCrossover } from '../../src/cli/bench/crossover.js';
import { type Bench, describeBench } from '../../src/cli/bench/describe-bench.js';
import { espalier } from '../support/command.js';
import { temporaryDirectory } from '../support/temporary.js';

const LENET = 266_200;

describe('espalier bench', () => {
  it('measures every engine and number of threads at every density', async () => {
    const args = ['bench', '--quick', '--network', 'lenet-300-100', '--batch-size', '4', '--json'];
    const densities = ['--density', '0.05', '--density', '0.01', '--density', '0.05'];
    const { code, stdout, stderr } = await espalier(temporaryDirectory(), ...args, ...densities);
    expect(code, stderr).toBe(0);
    const { machine, networks }: Bench = JSON.parse(stdout);
    expect(networks).toMatchObject([{ network: 'lenet-300-100', weights: LENET, batchSize: 4 }]);
    const { steps, crossover } = networks[0]!;
    expect([...new Set(steps.map(({ density }) => density))]).toEqual([0.01, 0.05]);
    for (const density of [0.01, 0.05]) {
      const at = steps.filter((step) => step.density === density);
      expect(at.filter(({ engine }) => engine === 'tfjs')).toHaveLength(1);
      const threads = at.filter(({ engine }) => engine === 'sparse').map((step) => step.threads);
      expect(threads[0]).toBe(1);
      expect(threads.at(-1)).toBe(Math.min(machine.cores, 64));
      for (const { nonZeros, milliseconds, steps: taken } of at) {
        expect(Math.abs(nonZeros - density * LENET)).toBeLessThan(2);
        expect(milliseconds).toBeGreaterThan(0);
        expect(taken).toBeGreaterThanOrEqual(1);
      }
    }
    expect(crossover).toEqual(findCrossover(steps));
    expect(stderr).toBe('lenet-300-100 at a density of 1.00 %\nlenet-300-100 at a density of 5.00 %\n');
  });

  it.each([
    [['--density', '0'], '--density 0: it must be a share above 0 and at most 1.'],
    [['--density', 'all'], '--density all: it must be a share above 0 and at most 1.'],
    [['--batch-size', '1.5'], '--batch-size 1.5: it must be a positive integer.'],
    [['--network', 'lenet'], 'Allowed choices are lenet-300-100, mlp-1000.'],
  ])('refuses %j before it measures', async (args, message) => {
    const { code, stdout, stderr } = await espalier(temporaryDirectory(), 'bench', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('the crossover', () => {
  const at = (density: number, tfjs: number, ...sparse: number[]) =>
    [tfjs, ...sparse].map((milliseconds, threads) => ({
      engine: threads === 0 ? 'tfjs' : 'sparse',
      backend: 'wasm',
      threads: Math.max(1, threads),
      density,
      nonZeros: 1000 * density,
      milliseconds,
      steps: 5,
    }));

  it('lies between the densities where the lead changes, by the best number of threads', () => {
    const steps = [...at(0.1, 10, 9, 6), ...at(0.2, 10, 20, 8), ...at(0.4, 10, 20, 12), ...at(1, 10, 9, 99)];
    expect(findCrossover(steps)).toEqual({ sparseBelow: expect.closeTo(0.3) });
  });

  it('is none where one engine leads throughout', () => {
    expect(findCrossover([...at(0.1, 10, 1), ...at(1, 10, 9)])).toEqual({ faster: 'sparse' });
    expect(findCrossover([...at(0.1, 10, 11), ...at(1, 10, 90)])).toEqual({ faster: 'tfjs' });
  });

  it('is said under a table that fits 80 columns', () => {
    const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].flatMap((d) => at(d, 182.4, 350 * d, 300 * d));
    const shown = describeBench({
      machine: {
        version: '0.1.0',
        node: 'v20.19.0',
        system: 'Linux 6.1 x64',
        cpu: 'Acme One',
        cores: 2,
        memory: { total: 8e9, free: 2.5e9 },
        threads: true,
        wasmSimd: true,
      },
      networks: [
        { network: 'mlp-1000', weights: 2_794_000, batchSize: 128, steps, crossover: findCrossover(steps) },
      ],
    });
    expect(shown).toMatch(/^mlp-1000, 2,794,000 weights, batches of 128$/m);
    expect(shown).toMatch(/^density +100 % +50 % +20 % +10 % +5 % +2 % +1 %$/m);
    expect(shown).toMatch(/^tfjs \(wasm\) +182( +182){6}$/m);
    expect(shown).toMatch(/^sparse, 2 threads +300 +150 +60.0 +30.0 +15.0 +6.00 +3.00$/m);
    expect(shown).toMatch(/^sparse is faster than tfjs \(wasm\) below a density of about 60\.80 %$/m);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
