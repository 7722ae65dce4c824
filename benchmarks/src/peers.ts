// Training steps against PyTorch on the CPU, dense and masked, in turns within one run. PyTorch is optional: a Python
// that can import it is named by ESPALIER_BENCH_PYTHON. Its figure is that of the better of its thread settings.
import { loadavg } from 'node:os';
import { mlp } from '@espalier/architectures';
import type { Engine, EngineFactory } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { PYTHON_VARIABLE, startPyTorch } from './pytorch.js';
import { median, writeResult } from './result.js';
import { countNonZeros, createTrial, drawBatch, drawStart, rounded, step } from './trial.js';

const DENSITIES = [0.3, 0.2, 0.1, 0.05, 0.02, 0.01];
const THREADS = [1, 2];
const BATCH = 128;
const ROUNDS = 10;
const STEPS = 4;
const VARIANTS = { dense: 1, masked: 0.1 };
const engines: Readonly<Record<string, EngineFactory>> = {
  'wasm, 1 thread': sparseEngine({ threads: 1 }),
  'wasm, 2 threads': sparseEngine({ threads: 2 }),
  'wasm-relaxed, 2 threads': sparseEngine({ threads: 2, backend: 'wasm-relaxed' }),
};

/** Something that takes steps in turns with the others. */
interface Contestant {
  readonly name: string;
  readonly density: number;
  readonly nonZeros: number;
  readonly times: number[];
  readonly turn: () => Promise<readonly number[]>;
}

const pytorch = startPyTorch();
if (pytorch === undefined) console.error(`Without PyTorch: ${PYTHON_VARIABLE} names no Python that has it.`);
const load = [loadavg()[0]];
let version: string | undefined;
const results = [];
for (const layers of [
  [784, 1000, 1000, 1000, 10],
  [3072, 4000, 1000, 4000, 10],
]) {
  version = await pytorch?.build(layers, BATCH, VARIANTS);
  results.push(await measure(layers));
}
pytorch?.close();
load.push(loadavg()[0]);
writeResult('peers', {
  batchSize: BATCH,
  rounds: ROUNDS,
  stepsPerTurn: STEPS,
  optimizer: 'sgd with momentum and weight decay',
  pytorch: version ?? 'not measured',
  loadAverage: load.map((value) => rounded(value!)),
  results,
});

async function measure(layers: readonly number[]) {
  const { contestants, dispose } = await assemble(layers);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { turn, times } of contestants) {
      // What the one before left in caches and spinning threads is over after a step.
      const [, ...measured] = await turn();
      times.push(...measured);
    }
    console.error(`${layers.join('-')}: round ${round + 1} of ${ROUNDS}`);
  }
  dispose();
  const rows = contestants.map(({ name, density, nonZeros, times }) => ({
    name,
    density,
    nonZeros,
    medianMilliseconds: rounded(median(times)),
    bestMilliseconds: rounded(Math.min(...times)),
    effectiveGigaflops: rounded((6 * nonZeros * BATCH) / median(times) / 1e6),
  }));
  return { network: layers.join('-'), rows };
}

async function assemble(layers: readonly number[]) {
  const architecture = mlp({ layers });
  const batch = drawBatch(architecture, BATCH);
  const contestants: Contestant[] = [];
  const size = countNonZeros(drawStart(architecture, 1));
  for (const [variant, density] of pytorch === undefined ? [] : Object.entries(VARIANTS)) {
    for (const threads of THREADS) {
      contestants.push({
        name: `pytorch ${variant}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
        density,
        nonZeros: size,
        times: [],
        turn: () => pytorch!.steps(variant, threads, STEPS),
      });
    }
  }
  const running: Engine[] = [];
  for (const density of DENSITIES) {
    const start = drawStart(architecture, density);
    for (const [name, factory] of Object.entries(engines)) {
      const engine = await createTrial(factory, architecture, start);
      running.push(engine);
      const turn = async () => {
        const times = [];
        for (let i = 0; i < STEPS; i++) {
          const began = performance.now();
          await step(engine, batch);
          times.push(performance.now() - began);
        }
        return times;
      };
      contestants.push({ name, density, nonZeros: countNonZeros(start), times: [], turn });
    }
  }
  return { contestants, dispose: () => running.forEach((engine) => void engine.dispose()) };
}
