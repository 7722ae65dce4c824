import type { Architecture, Batch, Engine, EngineFactory, StartLayer } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { tfjsEngine } from '@espalier/engine-tfjs';
import { type Crossover, findCrossover } from './crossover.js';
import { type NetworkName, TRIAL_NETWORKS } from './networks.js';
import { createEngine, drawBatch, drawStart, timeStep } from './trial.js';

/** What is to be measured. */
export interface Trial {
  readonly name: NetworkName;
  readonly batchSize: number;
  /** Ascending. */
  readonly densities: readonly number[];
  readonly effort: Effort;
  /** How many threads there can be. */
  readonly cores: number;
  /** Called before each density. */
  readonly progress: (density: number) => void;
}

/** How long it is measured. */
interface Effort {
  /** Of every engine at every density. */
  readonly steps: number;
  /** After so many of all engines together at one density, no further round begins. */
  readonly seconds: number;
}

/** The steps of one engine at one density. */
export interface StepTime {
  readonly engine: string;
  readonly backend: string;
  readonly threads: number;
  readonly density: number;
  readonly nonZeros: number;
  /** The median. */
  readonly milliseconds: number;
  /** How many it is the median of. */
  readonly steps: number;
}

/** What came out for one network. */
export interface NetworkBench {
  readonly network: NetworkName;
  /** Of the kernels, active or not. */
  readonly weights: number;
  readonly batchSize: number;
  readonly steps: readonly StepTime[];
  readonly crossover: Crossover;
}

/** Measures one network at all densities. */
export async function measureNetwork(trial: Trial): Promise<NetworkBench> {
  const { name, batchSize, densities, cores } = trial;
  const { architecture } = TRIAL_NETWORKS[name];
  const factories = [await tfjsEngine(), ...threadCounts(cores).map((threads) => sparseEngine({ threads }))];
  const batch = drawBatch(architecture, batchSize);
  const steps: StepTime[] = [];
  for (const density of densities) {
    trial.progress(density);
    const start = drawStart(architecture, density);
    steps.push(...(await measureDensity(factories, architecture, start, batch, density, trial.effort)));
  }
  const weights = drawStart(architecture, 1).reduce((sum, { active }) => sum + active.length, 0);
  return { network: name, weights, batchSize, steps, crossover: findCrossover(steps) };
}

async function measureDensity(
  factories: readonly EngineFactory[],
  architecture: Architecture,
  start: readonly StartLayer[],
  batch: Batch,
  density: number,
  effort: Effort,
): Promise<StepTime[]> {
  const engines: Engine[] = [];
  try {
    for (const factory of factories) engines.push(await createEngine(factory, architecture, start));
    const times = await takeTurns(engines, batch, effort);
    const nonZeros = start.reduce((sum, { active }) => sum + active.length, 0);
    return engines.map(({ name: engine, backend, threads }, i) => ({
      engine,
      backend,
      threads,
      density,
      nonZeros,
      milliseconds: median(times[i]!),
      steps: times[i]!.length,
    }));
  } finally {
    for (const engine of engines) engine.dispose();
  }
}

async function takeTurns(engines: readonly Engine[], batch: Batch, effort: Effort): Promise<number[][]> {
  const times = engines.map((): number[] => []);
  // The first steps compile, and reserve memory.
  for (const engine of engines) for (let i = 0; i < 2; i++) await timeStep(engine, batch);
  const began = performance.now();
  for (let round = 0; round < effort.steps; round++) {
    for (const [i, engine] of engines.entries()) times[i]!.push(await timeStep(engine, batch));
    if (performance.now() - began > 1000 * effort.seconds) break;
  }
  return times;
}

/** 1, 2, 4, ... and as many as there are cores. */
function threadCounts(cores: number): number[] {
  const most = Math.min(cores, 64);
  const counts = [];
  for (let threads = 1; threads < most; threads *= 2) counts.push(threads);
  return [...counts, most];
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
