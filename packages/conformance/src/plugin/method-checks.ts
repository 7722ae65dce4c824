import {
  type Architecture,
  type Options,
  type Plugin,
  type Registry,
  sum,
  updateStrategies,
} from '@espalier/core';
import { syntheticDataset } from '@espalier/data';
import { referenceEngine } from '@espalier/engine-reference';
import type { Check } from '../checks/check.js';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';
import { beginWhereAble, type FactoryFor } from '../training/begin.js';
import type { Training, TrainingSetup } from '../training/training.js';
import { stateOf } from './guard.js';
import type { PluginOptions } from './options.js';
import { checkState } from './state.js';

/** 16 inputs, sizes that are multiples of 4. */
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

/** 160 examples: with batches of 16 and 20 epochs, 200 steps. */
const dataset = syntheticDataset({ inputShape: [16], classes: 4, train: 160, test: 16, noise: 0.7 });

type MethodSetup = Omit<TrainingSetup, 'factory'>;

/** The reference engine, with momentum everywhere where it is read. */
export const onReference: FactoryFor = (needs) =>
  referenceEngine({ denseMomentum: needs.has('denseMomentum') });

/** What holds of every method that a plugin brings: 200 steps on the reference engine. */
export function methodChecks(plugin: Plugin, registry: Registry, options: PluginOptions): readonly Check[] {
  return (plugin.methods ?? []).flatMap(({ name }) =>
    [{}, ...(options.choices?.[`method/${name}`] ?? [])].flatMap((given: Options) => {
      const label = Object.keys(given).length === 0 ? '' : ` ${JSON.stringify(given)}`;
      const setup = methodSetup(registry, { ...given, use: name }, options);
      const factoryFor = options.methods?.engine ?? onReference;
      return [
        {
          name: `method "${name}"${label} trains 200 steps, each update within its budget`,
          run: () => checkTraining(setup, factoryFor),
        },
        {
          name: `method "${name}"${label} goes on from a saved state`,
          run: () => checkContinuing(setup, factoryFor),
        },
      ];
    }),
  );
}

/** The run that a method is tried in. */
export function methodSetup(
  registry: Registry,
  method: TrainingSetup['method'],
  { methods = {} }: PluginOptions,
): MethodSetup {
  return {
    registry,
    method,
    dataset,
    network: methods.network ?? { architecture: PERCEPTRON },
    density: methods.density ?? 0.25,
    optimizer: { use: 'sgd', learningRate: methods.learningRate ?? 0.05, momentum: 0.9 },
    epochs: 20,
    batchSize: 16,
  };
}

async function checkTraining(setup: MethodSetup, factoryFor: FactoryFor): Promise<void> {
  const training = await beginWhereAble(setup, factoryFor);
  const { engine, recipe, start } = training;
  checkCounts(training, start.budget, 'At the start');
  const losses: number[] = [];
  while (training.step < training.length.totalSteps) {
    const { loss, plan } = await training.next();
    losses.push(loss);
    if (!Number.isFinite(loss)) fail(`The loss is ${loss} at step ${training.step - 1}.`);
    if (plan === undefined) continue;
    checkCounts(training, plan.budget, `After the update at step ${plan.clock.step}`);
    for (const { strategy } of updateStrategies(recipe)) {
      const state = stateOf(strategy);
      if (state !== undefined) checkState(state);
    }
  }
  for (const layer of engine.layers) {
    const odd = layer.weights().find((weight) => !Number.isFinite(weight));
    if (odd !== undefined) fail(`Layer "${layer.name}" ends with a weight of ${odd}.`);
  }
  const [first, last] = [mean(losses.slice(0, 10)), mean(losses.slice(-10))];
  if (!(last < first / 2)) {
    fail(`The mean loss of the first 10 steps is ${first}, of the last 10 ${last}; it must fall by half.`);
  }
  engine.dispose();
}

function checkCounts({ engine, recipe, start }: Training, budget: number, when: string): void {
  const sparse = new Set(start.sparse.map(({ name }) => name));
  const layers = engine.layers.filter(({ name }) => sparse.has(name));
  const active = sum(layers.map((layer) => layer.active.length));
  const exact = recipe.structure === null;
  if (exact ? active !== budget : active > budget) {
    fail(`${when} ${active} weights are active; the budget is ${budget}.`);
  }
}

/** Continues from the first update of the run's second half; from its middle where there is none. */
async function checkContinuing(setup: MethodSetup, factoryFor: FactoryFor): Promise<void> {
  const training = await beginWhereAble(setup, factoryFor);
  const { totalSteps } = training.length;
  while (training.step < totalSteps / 4) await training.next();
  while (training.step < totalSteps / 2 && (await training.next()).plan === undefined);
  const other = await training.continued();
  const from = training.step;
  while (training.step < totalSteps) {
    const [expected, actual] = [await training.next(), await other.next()];
    const found = difference(actual, expected);
    if (found === undefined) continue;
    fail(`Continued from step ${from}, step ${training.step - 1} is another one: ${found}.`);
  }
  const found = difference(await other.engine.save(), await training.engine.save());
  if (found !== undefined) fail(`Continued from step ${from}, the run ends elsewhere: ${found}.`);
  training.engine.dispose();
  other.engine.dispose();
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
