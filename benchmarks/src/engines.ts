// Steps of the sparse engine, by density and threads, against the engine on TensorFlow.js on WASM, interleaved; and
// what it takes to find the strongest gradients of an update.
import { lenet5, lenet300100, maskableLayers, mlp } from '@espalier/architectures';
import type { Architecture, Batch, Engine, EngineFactory } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { tfjsEngine } from '@espalier/engine-tfjs';
import { median, writeResult } from './result.js';
import { countNonZeros, createTrial, drawBatch, drawStart, rounded, step } from './trial.js';

const DENSITIES = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const ROUNDS = 15;
// As RigL and GGR do by default.
const DROP_FRACTION = 0.3;
const tfjs = await tfjsEngine({ backend: 'wasm' });
const engines: Readonly<Record<string, EngineFactory>> = {
  tfjs,
  'sparse, 1 thread': sparseEngine({ threads: 1 }),
  'sparse, 2 threads': sparseEngine({ threads: 2 }),
  'sparse, 2 threads, relaxed': sparseEngine({ threads: 2, backend: 'wasm-relaxed' }),
};

const networks = [
  { network: 'lenet-300-100', architecture: lenet300100(), batchSize: 32 },
  { network: 'lenet5', architecture: lenet5(), batchSize: 32 },
  {
    network: '784-1000-1000-1000-10',
    architecture: mlp({ layers: [784, 1000, 1000, 1000, 10] }),
    batchSize: 128,
  },
] as const;

const results = [];
for (const { network, architecture, batchSize } of networks) {
  for (const density of DENSITIES) results.push(await measure(network, architecture, batchSize, density));
}
writeResult('engines', { rounds: ROUNDS, optimizer: 'sgd with momentum and weight decay', results });

async function measure(network: string, architecture: Architecture, batchSize: number, density: number) {
  const start = drawStart(architecture, density);
  const batch = drawBatch(architecture, batchSize);
  const running = await Promise.all(
    Object.entries(engines).map(async ([name, factory]) => ({
      name,
      engine: await createTrial(factory, architecture, start),
      times: [] as number[],
    })),
  );
  for (let round = -5; round < ROUNDS; round++) {
    for (const { engine, times } of running) {
      const began = performance.now();
      await step(engine, batch);
      if (round >= 0) times.push(performance.now() - began);
    }
  }
  const milliseconds = Object.fromEntries(running.map(({ name, times }) => [name, rounded(median(times))]));
  const best = Object.fromEntries(running.map(({ name, times }) => [name, rounded(Math.min(...times))]));
  const two = running[2]!.engine;
  const strongest = await timeStrongest(two, batch);
  for (const { engine } of running) engine.dispose();
  const nonZeros = countNonZeros(start);
  const timesFaster = rounded(milliseconds.tfjs! / milliseconds['sparse, 2 threads']!);
  const outputs = maskableLayers(architecture).map(({ outputPositions = 1 }) => outputPositions);
  const products = start.reduce((sum, { active }, i) => sum + active.length * outputs[i]!, 0);
  const gigaflops = rounded((6 * products * batchSize) / milliseconds['sparse, 2 threads']! / 1e6);
  return {
    network,
    batchSize,
    density,
    nonZeros,
    medianMilliseconds: milliseconds,
    bestMilliseconds: best,
    timesFasterThanTfjs: timesFaster,
    effectiveGigaflops: gigaflops,
    strongestMilliseconds: strongest,
  };
}

/** All layers' selections of one update; nothing where every weight is there. */
async function timeStrongest(engine: Engine, batch: Batch): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await step(engine, batch, new Set(['gradient']));
    const began = performance.now();
    for (const layer of engine.layers) {
      layer.strongest('gradient', Math.round(DROP_FRACTION * layer.active.length), layer.active, 0);
    }
    times.push(performance.now() - began);
  }
  return rounded(median(times));
}
