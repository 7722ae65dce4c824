import { mlp } from '@espalier/architectures';
import {
  type Batch,
  createRandomSource,
  createRecipe,
  type Dataset,
  expandRecipe,
  Registry,
  startPlanner,
  Trainer,
  updatePlanner,
} from '@espalier/core';
import rigl from '@espalier/plugin-rigl';
import standard from '@espalier/plugin-standard';
import { sparseEngine } from '../../src/index.js';

/** What a training leads to, wherever it runs. */
export interface Outcome {
  readonly threads: number;
  readonly losses: readonly number[];
  readonly updates: number;
  /** Positions and values of all weights, as text. */
  readonly weights: string;
}

/** Eight classes of noisy patterns, drawn from the run's own streams. */
const dataset: Dataset = {
  name: 'patterns',
  task: 'classification',
  inputShape: [64],
  outputs: 8,
  trainSize: 256,
  splits: { test: 64 },
  trainBatch: ({ seed, epoch, index, batchSize }) => examples(seed, `train/${epoch}/${index}`, batchSize),
  evaluationBatch: (_split, index, size) => examples(0, `test/${index}`, size),
};

function examples(seed: number, key: string, size: number): Batch {
  const random = createRandomSource(seed).stream('data', key, 0);
  const inputs = new Float32Array(size * 64);
  const labels = new Uint8Array(size);
  for (let e = 0; e < size; e++) {
    const label = random.below(8);
    labels[e] = label;
    for (let i = 0; i < 64; i++) inputs[e * 64 + i] = Number(i % 8 === label) + 0.3 * random.normal();
  }
  return { size, inputs, labels };
}

/** Trains a small network with RigL on the sparse engine. */
export async function train(threads: number | undefined): Promise<Outcome> {
  const registry = new Registry().add(standard).add(rigl);
  const recipe = createRecipe(registry, expandRecipe(registry, { use: 'rigl', updateInterval: 5 }));
  const random = createRandomSource(7);
  const network = { architecture: mlp({ layers: [64, 96, 48, 8] }) };
  const factory = sparseEngine(threads === undefined ? {} : { threads });
  const start = await startPlanner.plan(factory.inspect(network), recipe, { density: 0.1 }, random);
  const optimizer = { use: 'sgd', learningRate: 0.1, momentum: 0.9 } as const;
  const engine = await factory.create({
    network,
    loss: 'cross-entropy',
    optimizer,
    start: start.layers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  const evaluation = { every: 0, splits: [] };
  const trainer = new Trainer({
    engine,
    recipe,
    start,
    dataset,
    optimizer,
    epochs: 5,
    batchSize: 32,
    evaluation,
    random,
    planner: updatePlanner,
  });
  const losses: number[] = [];
  trainer.events.subscribe((event) => {
    if (event.type === 'step') losses.push(event.loss);
  });
  await trainer.run();
  const weights = engine.layers.map((layer) => `${layer.active.join()}:${layer.weights().join()}`).join('|');
  const outcome = { threads: engine.threads, losses, updates: trainer.topologyUpdates, weights };
  await trainer.dispose();
  return outcome;
}
