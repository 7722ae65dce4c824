// What share of whole training the topology updates take: planning, committing, and what an update's step costs more
// than another, whose gradient nobody asks for.
import { loadavg } from 'node:os';
import { createTrainer } from 'espalier';
import { median, writeResult } from './result.js';
import { rounded } from './trial.js';

const METHODS = ['rigl', 'ggr'];
const DENSITIES = [0.02, 0.01];
const UPDATE_INTERVAL = 100;
const EPOCHS = 50;
const ROUNDS = 3;

/** Milliseconds of one training. */
interface Shares {
  readonly step: number;
  readonly update: number;
  readonly updateStep: number;
  readonly updates: number;
  readonly share: number;
}

const runs = METHODS.flatMap((method) =>
  DENSITIES.map((density) => ({ method, density, shares: [] as Shares[] })),
);
for (let round = 0; round < ROUNDS; round++) {
  for (const { method, density, shares } of runs) shares.push(await train(method, density));
}
writeResult('update-share', {
  network: '784-1000-1000-1000-10',
  batchSize: 128,
  updateInterval: UPDATE_INTERVAL,
  epochs: EPOCHS,
  rounds: ROUNDS,
  loadAverage: rounded(loadavg()[0]!),
  results: runs.map(({ method, density, shares }) => {
    const middle = (of: (shares: Shares) => number) => rounded(median(shares.map(of)));
    return {
      method,
      density,
      updates: shares[0]!.updates,
      stepMilliseconds: middle(({ step }) => step),
      updateStepMilliseconds: middle(({ updateStep }) => updateStep),
      updateMilliseconds: middle(({ update }) => update),
      shareOfTraining: middle(({ share }) => share),
    };
  }),
});

async function train(method: string, density: number): Promise<Shares> {
  const trainer = await createTrainer({
    engine: 'sparse',
    architecture: { use: 'mlp', layers: [784, 1000, 1000, 1000, 10] },
    sparsity: { density },
    method: { use: method, updateInterval: UPDATE_INTERVAL },
    optimizer: { use: 'sgd', learningRate: 0.01, momentum: 0.9 },
    train: { epochs: EPOCHS, batchSize: 128, evaluateEvery: EPOCHS },
  });
  const [steps, updateSteps, updates]: [number[], number[], number[]] = [[], [], []];
  let began = 0;
  let last = 0;
  trainer.hooks.on('step:before', () => {
    began = performance.now();
  });
  trainer.hooks.on('step:after', () => {
    last = performance.now() - began;
    steps.push(last);
  });
  trainer.hooks.on('update:before', () => {
    updateSteps.push(last);
    began = performance.now();
  });
  trainer.hooks.on('update:after', () => updates.push(performance.now() - began));
  await trainer.run();
  await trainer.dispose();
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const step = median(steps);
  const extra = sum(updateSteps) - updateSteps.length * step;
  return {
    step,
    update: median(updates),
    updateStep: median(updateSteps),
    updates: updates.length,
    share: (sum(updates) + Math.max(0, extra)) / (sum(steps) + sum(updates)),
  };
}
