// What the training loop adds to a step without topology update, beyond the engine's own work and the making of
// the batch: the time of the loop less the time inside the engine and inside the data set.
import { mlp } from '@espalier/architectures';
import {
  createRandomSource,
  createRecipe,
  type Dataset,
  type Engine,
  expandRecipe,
  LOGGER,
  Registry,
  RUN_FACTS,
  startPlanner,
  Trainer,
  updatePlanner,
} from '@espalier/core';
import { syntheticDataset } from '@espalier/data';
import { referenceEngine } from '@espalier/engine-reference';
import rigl from '@espalier/plugin-rigl';
import standard from '@espalier/plugin-standard';
import { median, writeResult } from './result.js';

const ROUNDS = 9;
const EPOCHS = 20;
const optimizer = { use: 'sgd', learningRate: 0.05, momentum: 0.9 } as const;

/** Counts the time spent inside some calls. */
class Stopwatch {
  milliseconds = 0;

  around<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      const began = performance.now();
      try {
        return call(...args);
      } finally {
        this.milliseconds += performance.now() - began;
      }
    };
  }
}

async function round(observed: boolean) {
  const registry = new Registry().add(standard).add(rigl);
  const dataset = syntheticDataset({ inputShape: [16], train: 3200, test: 10, classes: 4 });
  const totalSteps = (dataset.trainSize / 32) * EPOCHS;
  registry.services.setValue(LOGGER, { info() {}, warn() {} });
  registry.services.setValue(RUN_FACTS, { seed: 0, totalSteps, stepsPerEpoch: 100, density: 0.5 });
  const recipe = createRecipe(registry, expandRecipe(registry, 'rigl', { trigger: 'never' }));
  const random = createRandomSource(0);
  const network = { architecture: mlp({ layers: [16, 8, 4] }) };
  const factory = referenceEngine();
  const start = await startPlanner.plan(factory.inspect(network), recipe, { density: 0.5 }, random);
  const engine = await factory.create({
    network,
    loss: 'cross-entropy',
    optimizer,
    start: start.layers,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
  const inside = new Stopwatch();
  const timedEngine: Engine = Object.create(engine, {
    trainStep: { value: inside.around(engine.trainStep.bind(engine)) },
  });
  const timedData: Dataset = { ...dataset, trainBatch: inside.around(dataset.trainBatch.bind(dataset)) };
  const trainer = new Trainer({
    engine: timedEngine,
    recipe,
    start,
    dataset: timedData,
    optimizer,
    epochs: EPOCHS,
    batchSize: 32,
    evaluation: { every: 0, splits: [] },
    random,
    planner: updatePlanner,
    observers: observed ? [{ name: 'counter', observer: { observe() {} } }] : [],
  });
  let events = 0;
  trainer.events.subscribe(() => events++);
  const began = performance.now();
  await trainer.run();
  const total = performance.now() - began;
  engine.dispose();
  return ((total - inside.milliseconds) / totalSteps) * 1000;
}

await round(false);
const microseconds: number[] = [];
const observed: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  microseconds.push(await round(false));
  observed.push(await round(true));
}
writeResult('step-overhead', {
  rounds: ROUNDS,
  stepsPerRound: 100 * EPOCHS,
  medianMicrosecondsPerStep: median(microseconds),
  withAnObserver: median(observed),
  all: microseconds,
});
