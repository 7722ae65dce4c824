import type { Engine, OptimizerOptions, SlotPolicy } from '@espalier/core';
import { fail } from '../support/fail.js';
import type { Bench, EngineCheck } from './bench.js';
import { changeOf, expectClose, expectEqual, expectSameState } from './compare.js';
import { requestFor, stepRequest } from './request.js';

// A larger epsilon, because where a second moment is nearly 0 rounding decides the direction of a step.
const OPTIMIZERS: Readonly<Record<string, Omit<OptimizerOptions, 'learningRate'>>> = {
  sgd: { use: 'sgd', weightDecay: 0.01 },
  'sgd with momentum': { use: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  'Nesterov momentum': { use: 'sgd', momentum: 0.9, nesterov: true },
  adam: { use: 'adam', weightDecay: 0.01, epsilon: 1e-4 },
  adamw: { use: 'adamw', weightDecay: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 1e-4 },
};

const POLICIES: readonly SlotPolicy[] = [
  { use: 'zero' },
  { use: 'keep' },
  { use: 'layerMean' },
  // Small: under Adam a seed beside a second moment of 0 throws weights far off, where errors grow without bound.
  { use: 'seed', scale: 0.001 },
];

/** Optimizers, topology changes, and going on from a saved state. */
export const trainingChecks: readonly EngineCheck[] = [
  ...Object.entries(OPTIMIZERS).map(
    ([name, optimizer]): EngineCheck => ({
      name: `takes the steps of the reference with ${name}, over topology changes`,
      run: (bench) => checkSteps(bench, { ...optimizer, learningRate: 0.01 }),
    }),
  ),
  { name: 'has the momentum of the reference', run: checkMomentum },
  { name: 'gives the same bytes for the same request', run: checkRepeatability },
  { name: 'goes on with the same bytes from a saved state', run: checkContinuing },
];

async function checkSteps(
  { network, options, make, reference, batch }: Bench,
  optimizer: OptimizerOptions,
): Promise<void> {
  for (const slots of POLICIES) {
    const request = requestFor(network.architecture, { optimizer });
    const [ours, theirs] = [await make(request), await reference(request)];
    for (let step = 0; step < 5; step++) {
      const one = { learningRate: 0.01, accumulate: step % 2 === 1, updateWeights: step !== 3 };
      const examples = batch(step, 5 + 4 * step);
      const actual = await ours.trainStep(examples, stepRequest(step, one));
      const expected = await theirs.trainStep(examples, stepRequest(step, one));
      expectClose(
        [actual.loss],
        [expected.loss],
        options.stateTolerance,
        `slots "${slots.use}": the loss of step ${step}`,
      );
      if (step % 2 === 0) continue;
      const changes = changeOf(theirs, slots);
      ours.applyTopology(changes);
      theirs.applyTopology(changes);
    }
    await expectSameState(ours, theirs, options.stateTolerance);
  }
}

async function checkMomentum({ network, options, make, reference, train }: Bench): Promise<void> {
  for (const optimizer of [{ use: 'sgd', momentum: 0.9 }, { use: 'adam' }] as const) {
    const request = requestFor(network.architecture, { optimizer });
    const [ours, theirs] = [await make(request), await reference(request)];
    await train(ours, 0, 2);
    await train(theirs, 0, 2);
    for (const [i, layer] of theirs.layers.entries()) {
      const expected = layer.signal('momentum', layer.active);
      const actual = ours.layers[i]!.signal('momentum', layer.active);
      expectClose(
        actual,
        expected,
        10 * options.stateTolerance,
        `the momentum of ${layer.name} (${optimizer.use})`,
      );
    }
  }
}

async function course(engine: Engine, { train }: Bench): Promise<unknown> {
  await train(engine, 0, 3);
  engine.applyTopology(changeOf(engine, { use: 'layerMean' }));
  await train(engine, 3, 5);
  const strongest = engine.layers.map((layer) => layer.strongest('gradient', 7, layer.active, 0));
  return { strongest, state: await engine.save() };
}

async function checkRepeatability(bench: Bench): Promise<void> {
  const request = requestFor(bench.network.architecture, { optimizer: { use: 'adam', weightDecay: 0.01 } });
  const first = await course(await bench.make(request), bench);
  expectEqual(await course(await bench.make(request), bench), first, 'the second run');
}

async function checkContinuing({ network, make, train, batch }: Bench): Promise<void> {
  const request = requestFor(network.architecture, { optimizer: { use: 'adam', weightDecay: 0.01 } });
  const engine = await make(request);
  await train(engine, 0, 3);
  engine.applyTopology(changeOf(engine, { use: 'keep' }));
  await train(engine, 3, 4);
  const saved = structuredClone(await engine.save());
  const other = await make(request);
  other.load(saved);
  expectEqual(await other.save(), saved, 'the state saved after loading');
  const results: unknown[] = [];
  for (const one of [engine, other]) {
    const { loss } = await one.trainStep(batch(4), stepRequest(4, { accumulate: true }));
    const gradients = one.layers.map((layer) => layer.signal('gradient', layer.active));
    one.applyTopology(changeOf(one, { use: 'keep' }));
    results.push({ loss, gradients, state: await one.save() });
  }
  expectEqual(results[1], results[0], 'the continued run');
  if (engine.layers.every((layer) => layer.active.length === 0)) fail('Nothing was trained.');
}
