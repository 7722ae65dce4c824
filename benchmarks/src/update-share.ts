// What share of whole training the topology updates take: planning, committing, and what an update's step costs more
// than another, whose gradient nobody asks for.
import { loadavg } from 'node:os';
import type { Engine, EngineLayer } from '@espalier/core';
import { createTrainer } from 'espalier';
import { median, writeResult } from './result.js';
import { rounded } from './trial.js';

const METHODS = ['rigl', 'ggr'];
const DENSITIES = [0.02, 0.01];
const UPDATE_INTERVAL = 100;
// 40 steps each: as many as a small data set is trained for.
const EPOCHS = 100;
const BATCH_SIZE = 128;
/** Positions of a block, 4 rows by 8 units. */
const BLOCK = 32;
const ROUNDS = 3;

/** Milliseconds of one training. */
interface Shares {
  readonly step: number;
  readonly update: number;
  /** The first one, which runs code for the first time. */
  readonly firstUpdate: number;
  readonly updateStep: number;
  readonly updates: number;
  readonly share: number;
  readonly selection: Selection;
}

/** What layers of the sparse engine tell besides. */
interface Screened {
  /** Of the last search. */
  readonly gradient: { readonly screening: { readonly blocks: number; readonly passedOver: number } };
}

/** Of all searches for the strongest gradients of one training. */
interface Selection {
  milliseconds: number;
  /** Blocks of the dense gradient, and those that their bound showed not to be worth computing. */
  blocks: number;
  passedOver: number;
}

const runs = METHODS.flatMap((method) =>
  DENSITIES.map((density) => ({ method, density, shares: [] as Shares[] })),
);
for (let round = 0; round < ROUNDS; round++) {
  for (const { method, density, shares } of runs) shares.push(await train(method, density));
}
writeResult('update-share', {
  network: '784-1000-1000-1000-10',
  batchSize: BATCH_SIZE,
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
      firstUpdateMilliseconds: middle(({ firstUpdate }) => firstUpdate),
      shareOfTraining: middle(({ share }) => share),
      selectionMilliseconds: middle(({ selection, updates }) => selection.milliseconds / updates),
      shareOfBlocksPassedOver: middle(({ selection }) => selection.passedOver / selection.blocks),
      selectionGigaflops: middle(gigaflops),
    };
  }),
});

/** Of what was computed, all else that a search does counted in its time. */
function gigaflops({ selection: { milliseconds, blocks, passedOver } }: Shares): number {
  return ((blocks - passedOver) * BLOCK * 2 * BATCH_SIZE) / milliseconds / 1e6;
}

/** Counts what the engine's searches do from now on. */
function watchSelections(engine: Engine): Selection {
  const seen = { milliseconds: 0, blocks: 0, passedOver: 0 };
  for (const layer of engine.layers as readonly (EngineLayer & Screened)[]) {
    const strongest = layer.strongest.bind(layer);
    layer.strongest = (...args) => {
      const began = performance.now();
      const found = strongest(...args);
      seen.milliseconds += performance.now() - began;
      seen.blocks += layer.gradient.screening.blocks;
      seen.passedOver += layer.gradient.screening.passedOver;
      return found;
    };
  }
  return seen;
}

async function train(method: string, density: number): Promise<Shares> {
  const trainer = await createTrainer({
    engine: 'sparse',
    architecture: { use: 'mlp', layers: [784, 1000, 1000, 1000, 10] },
    sparsity: { density },
    method: { use: method, updateInterval: UPDATE_INTERVAL },
    optimizer: { use: 'sgd', learningRate: 0.01, momentum: 0.9 },
    train: { epochs: EPOCHS, batchSize: BATCH_SIZE, evaluateEvery: EPOCHS },
  });
  const selection = watchSelections(trainer.engine);
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
    firstUpdate: updates[0]!,
    updateStep: median(updateSteps),
    updates: updates.length,
    selection,
    share: (sum(updates) + Math.max(0, extra)) / (sum(steps) + sum(updates)),
  };
}
