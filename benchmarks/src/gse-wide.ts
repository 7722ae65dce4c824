// Guided stochastic exploration on two hidden layers of a million units: what an update costs as the weights grow, and as
// the layers grow around the same number of weights. Each case runs in a process of its own, on one thread.
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { definePlugin, strategy, sum } from '@espalier/core';
import { createTrainer } from 'espalier';
import { median, writeResult } from './result.js';
import { rounded } from './trial.js';

const WIDEST = 1_000_000;
const STEPS = 5;
const UPDATE_INTERVAL = 2;
// Every output sums as many units as there are in the last hidden layer, so a weight may move but little.
const LEARNING_RATE = 3e-6;
/** Units of each hidden layer, and the weights into each unit. */
const BY_WEIGHTS = [1, 2, 4].map((weights) => [WIDEST, weights] as const);
const BY_WIDTH = [10_000, 100_000].map((units) => [units, (2 * WIDEST) / units] as const);

const [width, perUnit] = process.argv.slice(2).map(Number);
if (width !== undefined && perUnit !== undefined) {
  console.log(JSON.stringify(await train(width, perUnit)));
} else {
  writeResult('gse-wide', {
    batchSize: 32,
    optimizer: 'sgd',
    threads: 1,
    method: 'gse',
    loadAverage: rounded(loadavg()[0]!),
    byWeights: BY_WEIGHTS.map(inChild),
    // The widest with as many weights stands above.
    byWidth: BY_WIDTH.map(inChild),
  });
}

function inChild([units, weights]: readonly [number, number]) {
  const program = fileURLToPath(import.meta.url);
  const output = execFileSync(process.execPath, [program, `${units}`, `${weights}`]);
  return JSON.parse(output.toString().trim().split('\n').at(-1)!);
}

async function train(units: number, weights: number) {
  const sizes = [784 * units, units * units, 10 * units];
  const counts = [weights * units, weights * units, units];
  const perUnit = definePlugin({
    name: 'benchmark-per-unit',
    api: 1,
    strategies: [
      strategy(
        'allocate',
        'benchmark/per-unit',
        {},
        { useFactory: () => ({ allocate: () => [...counts] }) },
        { summary: 'The same number of weights for every unit.' },
      ),
    ],
  });
  const trainer = await createTrainer({
    engine: 'sparse',
    threads: 1,
    architecture: { use: 'mlp', layers: [784, units, units, 10] },
    sparsity: { density: sum(counts) / sum(sizes) },
    plugins: [perUnit],
    method: { use: 'gse', updateInterval: UPDATE_INTERVAL },
    allocate: 'benchmark/per-unit',
    optimizer: { use: 'sgd', learningRate: LEARNING_RATE },
    train: { epochs: 1, batchSize: 32 },
  });
  const steps: number[] = [];
  const updates: number[] = [];
  let grown = 0;
  let from = 0;
  const restart = () => {
    from = performance.now();
  };
  const elapsed = () => (performance.now() - from) / 1000;
  trainer.hooks.on('step:before', restart);
  trainer.hooks.on('step:after', ({ step }) => {
    steps.push(elapsed());
    if (step === STEPS - 1) trainer.stop();
  });
  trainer.hooks.on('update:before', restart);
  trainer.hooks.on('update:after', ({ layers }) => {
    updates.push(elapsed());
    grown += sum(layers.map((layer) => layer.grown.length));
  });
  await trainer.run();
  await trainer.dispose();
  const nonZeros = sum(counts);
  const perUpdate = median(updates);
  return {
    network: `784-${units}-${units}-10`,
    positions: sum(sizes),
    nonZeros,
    grownPerUpdate: Math.round(grown / updates.length),
    secondsPerStep: rounded(median(steps)),
    secondsPerUpdate: rounded(perUpdate),
    microsecondsPerWeight: rounded((1e6 * perUpdate) / nonZeros),
    peakGigabytes: rounded((process.resourceUsage().maxRSS * 1024) / 1e9),
  };
}
