import { type Architecture, type Plugin, Registry } from '@espalier/core';
import { syntheticDataset } from '@espalier/data';
import type { Check } from '../checks/check.js';
import { describeChecks } from '../checks/describe-checks.js';
import { onReference } from '../plugin/method-checks.js';
import { standIns } from '../plugin/stand-ins.js';
import { fail } from '../support/fail.js';
import { beginWhereAble, type FactoryFor } from '../training/begin.js';
import type { Training, TrainingSetup } from '../training/training.js';
import { expectClose, expectEqual } from './compare.js';

/** How many updates are compared, and after how many steps the wait for them ends. */
const UPDATES = 2;
const STEPS = 25;

/** Of losses over so few steps, relative. */
const TOLERANCE = 1e-3;

const PERCEPTRON: Architecture = {
  name: 'perceptron',
  inputShape: [16],
  nodes: [
    { kind: 'dense', name: 'fc1', units: 32 },
    { kind: 'activation', name: 'act1', activation: 'relu' },
    { kind: 'dense', name: 'fc2', units: 16 },
    { kind: 'activation', name: 'act2', activation: 'relu' },
    { kind: 'dense', name: 'fc3', units: 4 },
  ],
};

const CONVNET: Architecture = {
  name: 'convnet',
  inputShape: [8, 8, 4],
  nodes: [
    { kind: 'conv2d', name: 'conv1', filters: 8, kernelSize: [3, 3] },
    { kind: 'activation', name: 'act1', activation: 'relu' },
    { kind: 'conv2d', name: 'conv2', filters: 16, kernelSize: [3, 3], strides: [2, 2] },
    { kind: 'activation', name: 'act2', activation: 'relu' },
    { kind: 'flatten', name: 'flat' },
    { kind: 'dense', name: 'head', units: 4 },
  ],
};

/**
 * Whether an engine and the reference train alike with every method of some plugins: the same starting weights and
 * topology, the same decisions of the first updates, the same losses within single precision; on a perceptron and a
 * convolutional network.
 *
 * @param createFactory - called with the signals that a method reads
 * @param plugins - all that their methods name, such as `@espalier/plugin-standard`, among them
 */
export function agreementChecks(createFactory: FactoryFor, plugins: readonly Plugin[]): readonly Check[] {
  const registry = new Registry().add(standIns);
  for (const plugin of plugins) registry.add(plugin);
  return [PERCEPTRON, CONVNET].flatMap((architecture) =>
    registry.methods().map(({ name }) => ({
      name: `${name} on a ${architecture.name} decides and learns as on the reference`,
      run: async () => {
        const setup = setupOf(registry, name, architecture);
        await compare(setup, createFactory);
      },
    })),
  );
}

/**
 * Tests of {@link agreementChecks}. Methods that need signals which an engine does not supply are skipped.
 *
 * @param name - the engine's, for the report
 * @param createFactory - called with the signals that a method reads
 * @param plugins - all that their methods name among them
 */
export function describeAgreement(name: string, createFactory: FactoryFor, plugins: readonly Plugin[]): void {
  describeChecks(`the engine ${name} agrees with the reference`, agreementChecks(createFactory, plugins));
}

function setupOf(
  registry: Registry,
  method: string,
  architecture: Architecture,
): Omit<TrainingSetup, 'factory'> {
  const { inputShape } = architecture;
  return {
    ...{ registry, method, network: { architecture } },
    dataset: syntheticDataset({ inputShape, classes: 4, train: 80, test: 8, noise: 0.7 }),
    ...{ density: 0.25, epochs: 20, batchSize: 8 },
    optimizer: { use: 'sgd', learningRate: 0.02, momentum: 0.9 },
  };
}

async function compare(setup: Omit<TrainingSetup, 'factory'>, createFactory: FactoryFor): Promise<void> {
  const theirs = await beginWhereAble(setup, onReference);
  const ours = await beginWhereAble(setup, createFactory);
  try {
    expectEqual(standing(ours), standing(theirs), 'the start');
    const losses: [number[], number[]] = [[], []];
    let updates = 0;
    while (theirs.step < STEPS && updates < UPDATES) {
      const [actual, expected] = [await ours.next(), await theirs.next()];
      losses[0].push(actual.loss);
      losses[1].push(expected.loss);
      if ((actual.plan === undefined) !== (expected.plan === undefined)) {
        fail(`At step ${theirs.step - 1} one engine has an update due and the other not.`);
      }
      if (expected.plan === undefined) continue;
      updates++;
      expectEqual(topology(ours), topology(theirs), `the topology after step ${theirs.step - 1}`);
    }
    expectClose(losses[0], losses[1], TOLERANCE, 'losses');
  } finally {
    for (const { engine } of [ours, theirs]) engine.dispose();
  }
}

const topology = ({ engine }: Training) =>
  engine.layers.map(({ name, active }) => ({ name, active: [...active] }));

const standing = (training: Training) => ({
  topology: topology(training),
  weights: training.engine.layers.map((layer) => layer.weights()),
});
