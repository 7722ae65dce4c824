// Three very wide hidden layers with 16 non-zeros per unit, rewired by SET: whether it trains, in how much memory, and
// how long a step and an update take. `pnpm bench wide 100000` takes another width than 1,000,000.
import { loadavg } from 'node:os';
import { definePlugin, strategy, sum } from '@espalier/core';
import { createTrainer } from 'espalier';
import { median, writeResult } from './result.js';
import { rounded } from './trial.js';

const PER_UNIT = 16;
const STEPS = 20;
const UPDATE_INTERVAL = 10;
const width = Number(process.argv[2] ?? 1_000_000);
// Every output sums a tenth of the last hidden layer, so that a weight may move the less, the wider it is.
const LEARNING_RATE = 10 / width;
const sizes = [784 * width, width * width, width * width, 10 * width];
// One weight leaves each unit of the last hidden layer: 16 for each of ten outputs would leave nearly all without one.
const counts = [PER_UNIT * width, PER_UNIT * width, PER_UNIT * width, width];

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

const began = performance.now();
const trainer = await createTrainer({
  engine: 'sparse',
  architecture: { use: 'mlp', layers: [784, width, width, width, 10] },
  sparsity: { density: sum(counts) / sum(sizes) },
  plugins: [perUnit],
  method: 'set',
  trigger: { use: 'step-interval', updateInterval: UPDATE_INTERVAL },
  allocate: 'benchmark/per-unit',
  optimizer: { use: 'sgd', learningRate: LEARNING_RATE, momentum: 0.9 },
  train: { epochs: 1, batchSize: 32 },
});
const seconds = { start: (performance.now() - began) / 1000, steps: [] as number[], updates: [] as number[] };
const peak = () => rounded((process.resourceUsage().maxRSS * 1024) / 1e9);
const gigabytes = { start: peak(), step: 0, update: 0 };
const losses: number[] = [];
let from = 0;
const elapsed = () => (performance.now() - from) / 1000;
const restart = () => {
  from = performance.now();
};
trainer.hooks.on('step:before', restart);
trainer.hooks.on('step:after', (_clock, { loss }) => {
  seconds.steps.push(elapsed());
  losses.push(loss);
  if (seconds.updates.length === 0) gigabytes.step = peak();
  if (losses.length === STEPS) trainer.stop();
});
trainer.hooks.on('update:before', restart);
trainer.hooks.on('update:after', () => {
  seconds.updates.push(elapsed());
  gigabytes.update = peak();
});
await trainer.run();
await trainer.dispose();
writeResult('wide', {
  network: `784-${width}-${width}-${width}-10`,
  nonZeros: sum(counts),
  batchSize: 32,
  optimizer: 'sgd with momentum',
  method: 'set',
  loadAverage: rounded(loadavg()[0]!),
  secondsToStart: rounded(seconds.start),
  secondsPerStep: rounded(median(seconds.steps)),
  secondsPerUpdate: seconds.updates.map(rounded),
  losses: losses.map(rounded),
  peakGigabytes: gigabytes,
});
