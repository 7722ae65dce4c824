// Whole training steps of a network that is all but one convolution, 64 to 64 channels of 3x3 at 32x32, against PyTorch's
// dense one in turns within one run. A dense 1x1 convolution before it makes its gradient by inputs necessary. What
// the same network takes without it is measured, too: the difference is the convolution's own time, both ways.
import { loadavg } from 'node:os';
import type { Architecture, Engine } from '@espalier/core';
import { sparseEngine } from '@espalier/engine-sparse';
import { PYTHON_VARIABLE, startPyTorch } from './pytorch.js';
import { median, writeResult } from './result.js';
import { createTrial, drawBatch, drawStart, rounded, step } from './trial.js';

const DENSITIES = [0.3, 0.1, 0.05, 0.02];
const BATCH = 32;
const ROUNDS = 8;
const STEPS = 4;
const MEASURED = 'measured';
const KERNEL = `${MEASURED}/kernel`;

const whole: Architecture = {
  name: 'convolution',
  inputShape: [32, 32, 3],
  nodes: [
    { kind: 'conv2d', name: 'before', filters: 64, kernelSize: [1, 1] },
    { kind: 'conv2d', name: MEASURED, filters: 64, kernelSize: [3, 3], padding: 'same' },
    { kind: 'globalAveragePool', name: 'pool' },
    { kind: 'dense', name: 'head', units: 10 },
  ],
};

const without: Architecture = { ...whole, nodes: whole.nodes.filter(({ name }) => name !== MEASURED) };

/** Something that takes steps in turns with the others. */
interface Contestant {
  readonly name: string;
  readonly density: number;
  readonly times: number[];
  readonly turn: () => Promise<readonly number[]>;
  /** The same without the convolution. */
  readonly base?: Contestant;
}

const pytorch = startPyTorch();
if (pytorch === undefined) console.error(`Without PyTorch: ${PYTHON_VARIABLE} names no Python that has it.`);
const version = await pytorch?.buildConvolution(BATCH);
const contestants: Contestant[] = [];
const running: Engine[] = [];
for (const threads of [1, 2]) {
  const suffix = threads === 1 ? '1 thread' : `${threads} threads`;
  for (const layout of pytorch === undefined ? [] : ['nchw', 'channels_last']) {
    const name = `pytorch ${layout}, ${suffix}`;
    const base = contestant(name, 0, () => pytorch!.steps(`${layout} without`, threads, STEPS));
    contestant(name, 1, () => pytorch!.steps(layout, threads, STEPS), base);
  }
  for (const backend of ['wasm', 'wasm-relaxed'] as const) {
    const name = `${backend}, ${suffix}`;
    const base = contestant(name, 0, await assemble(without, backend, threads, 1));
    for (const density of DENSITIES) {
      contestant(name, density, await assemble(whole, backend, threads, density), base);
    }
  }
}
const load = [loadavg()[0]];
for (let round = 0; round < ROUNDS; round++) {
  for (const { turn, times } of contestants) {
    // What the one before left in caches and spinning threads is over after a step.
    const [, ...measured] = await turn();
    times.push(...measured);
  }
}
for (const engine of running) engine.dispose();
pytorch?.close();
load.push(loadavg()[0]);
writeResult('convolution', {
  batchSize: BATCH,
  rounds: ROUNDS,
  stepsPerTurn: STEPS,
  optimizer: 'sgd with momentum and weight decay',
  pytorch: version ?? 'not measured',
  loadAverage: load.map((value) => rounded(value!)),
  results: contestants.flatMap(({ name, density, times, base }) => {
    if (base === undefined) return [];
    const [middle, best] = [median(times), Math.min(...times)];
    return {
      ...{ name, density, medianMilliseconds: rounded(middle), bestMilliseconds: rounded(best) },
      medianWithout: rounded(median(base.times)),
      bestWithout: rounded(Math.min(...base.times)),
    };
  }),
});

function contestant(name: string, density: number, turn: Contestant['turn'], base?: Contestant): Contestant {
  const added = { name, density, times: [], turn, ...(base === undefined ? {} : { base }) };
  contestants.push(added);
  return added;
}

async function assemble(
  architecture: Architecture,
  backend: 'wasm' | 'wasm-relaxed',
  threads: number,
  density: number,
) {
  const thinned = drawStart(architecture, density);
  const start = drawStart(architecture, 1).map((layer, i) => (layer.name === KERNEL ? thinned[i]! : layer));
  const engine = await createTrial(sparseEngine({ threads, backend }), architecture, start);
  running.push(engine);
  const batch = drawBatch(architecture, BATCH);
  return async () => {
    const times = [];
    for (let i = 0; i < STEPS; i++) {
      const began = performance.now();
      await step(engine, batch);
      times.push(performance.now() - began);
    }
    return times;
  };
}
