import {
  type Engine,
  type EngineRequest,
  EspalierError,
  type OptimizerOptions,
  type StartLayer,
  type TopologyChange,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { Untried } from '../checks/check.js';
import type { Bench, EngineCheck } from './bench.js';
import { changeOf, expectClose, expectSameState } from './compare.js';
import { denseSignal } from './dense-signal.js';
import { requestFor, sizeOf, stepRequest } from './request.js';

/** What an engine need not have: values off the mask, momentum everywhere, factors, sums of outputs as a loss. */
export const optionalChecks: readonly EngineCheck[] = [
  { name: 'keeps values off the mask as the reference', run: checkLatent },
  { name: 'has the momentum of the reference at every position', run: checkDenseMomentum },
  { name: 'has the factors of the reference', run: checkFactors },
  { name: 'sums outputs as a loss as the reference', run: checkOutputSum },
];

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { use: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.05 },
  { use: 'adam', learningRate: 0.01, weightDecay: 0.05, epsilon: 1e-4 },
  { use: 'adamw', learningRate: 0.01, weightDecay: 0.5, epsilon: 1e-4 },
];

function needs({ factory }: Bench, signal: string): void {
  if (!factory.signals.has(signal)) throw new Untried(`The engine supplies no signal "${signal}".`);
}

/** Every position has a value; of those off the mask a third is trained in the first layer, and all in the others. */
function latentRequest({ network }: Bench, optimizer: OptimizerOptions): EngineRequest {
  const request = requestFor(network.architecture, { optimizer });
  const layers = referenceEngine().inspect(request.network);
  const start = request.start.map((layer, i): StartLayer => {
    const latent = Float32Array.from({ length: sizeOf(layers[i]!.shape) }, (_, p) => Math.cos(3 * p + i) / 2);
    layer.active.forEach((position, k) => {
      latent[position] = layer.weights![k]!;
    });
    const held = new Set<number>(layer.active);
    const off = Uint32Array.from(latent.keys()).filter((position) => !held.has(position));
    return { ...layer, latent, trained: i === 0 ? off.filter((_, k) => k % 3 === 0) : 'all' };
  });
  return { ...request, start, latent: { decay: { active: 0.02, inactive: 0.3 } } };
}

async function checkLatent(bench: Bench): Promise<void> {
  needs(bench, 'weight');
  const { make, reference, batch, options } = bench;
  for (const optimizer of OPTIMIZERS) {
    const request = latentRequest(bench, optimizer);
    const theirs = await reference(request);
    let ours = await make(request);
    for (let step = 0; step < 6; step++) {
      const { learningRate } = optimizer;
      const one = stepRequest(step, { signals: new Set(['gradient', 'weight']), learningRate });
      await ours.trainStep(batch(step), one);
      await theirs.trainStep(batch(step), one);
      if (step === 1 || step === 3) {
        const changes = withTrained(theirs, step === 1 ? undefined : 'all');
        ours.applyTopology(changes);
        theirs.applyTopology(changes);
      }
      if (step !== 4) continue;
      const saved = structuredClone(await ours.save());
      ours = await make(request);
      ours.load(saved);
    }
    await expectSameState(ours, theirs, options.stateTolerance);
    for (const [i, layer] of theirs.layers.entries()) {
      const what = `the values of ${layer.name} (${optimizer.use})`;
      expectClose(
        denseSignal(ours.layers[i]!, 'weight'),
        denseSignal(layer, 'weight'),
        options.stateTolerance,
        what,
      );
    }
  }
}

function withTrained(engine: Engine, trained: TopologyChange['trained']): readonly TopologyChange[] {
  const changes = changeOf(engine, { use: 'keep' });
  return trained === undefined ? changes : changes.map((change) => ({ ...change, trained }));
}

async function checkDenseMomentum(bench: Bench): Promise<void> {
  needs(bench, 'denseMomentum');
  const { make, reference, batch, options } = bench;
  for (const optimizer of OPTIMIZERS) {
    const request = requestFor(bench.network.architecture, { optimizer });
    const theirs = await reference(request);
    const ours = await make(request);
    for (let step = 0; step < 4; step++) {
      const one = stepRequest(step, {
        signals: new Set(['denseMomentum']),
        learningRate: optimizer.learningRate,
      });
      await ours.trainStep(batch(step), one);
      await theirs.trainStep(batch(step), one);
    }
    for (const [i, layer] of theirs.layers.entries()) {
      const [actual, expected] = [ours.layers[i]!, layer].map((one) => denseSignal(one, 'denseMomentum'));
      expectClose(
        actual!,
        expected!,
        options.stateTolerance,
        `the momentum of ${layer.name} (${optimizer.use})`,
      );
    }
  }
}

async function checkFactors(bench: Bench): Promise<void> {
  needs(bench, 'factors');
  const { make, reference, batch, network, options } = bench;
  const request = requestFor(network.architecture);
  const [ours, theirs] = [await make(request), await reference(request)];
  const step = stepRequest(0, { signals: new Set(['factors']) });
  await ours.trainStep(batch(1, 6), step);
  await theirs.trainStep(batch(1, 6), step);
  const signs = { 'without signs': undefined, 'with signs': (b: number): 1 | -1 => (b % 3 === 0 ? -1 : 1) };
  for (const [i, layer] of theirs.layers.entries()) {
    for (const [how, sign] of Object.entries(signs)) {
      const [actual, expected] = [ours.layers[i]!.factors!(sign), layer.factors!(sign)];
      expectClose(actual.rows, expected.rows, options.tolerance, `the rows of ${layer.name} ${how}`);
      expectClose(actual.units, expected.units, options.tolerance, `the units of ${layer.name} ${how}`);
    }
  }
}

async function checkOutputSum({ network, make, reference, batch, options }: Bench): Promise<void> {
  const request = requestFor(network.architecture, { loss: 'output-sum' });
  const [ours, theirs] = [await refusable(make(request)), await reference(request)];
  // Behind a normalisation the gradient of a sum cancels: what is left of it is rounding.
  const cancels = network.architecture.nodes.some(({ kind }) => kind === 'batchNorm');
  const tolerance = cancels ? 1e-3 : options.tolerance;
  const step = stepRequest(0, { updateWeights: false });
  for (const size of options.batchSizes) {
    const { labels: _, targets: __, ...examples } = batch(1, size);
    const what = `of ${size} examples without labels`;
    const [actual, expected] = [await ours.trainStep(examples, step), await theirs.trainStep(examples, step)];
    expectClose([actual.loss], [expected.loss], 10 * tolerance, `the sum of outputs ${what}`);
    for (const [i, layer] of theirs.layers.entries()) {
      const [a, b] = [ours.layers[i]!, layer].map((one) => denseSignal(one, 'gradient'));
      expectClose(a!, b!, tolerance, `the gradient of the sum of outputs ${what} by ${layer.name}`);
    }
    const [sums, right] = [await ours.evaluate(examples), await theirs.evaluate(examples)];
    expectClose([sums.loss], [right.loss], 10 * size * tolerance, `the summed outputs ${what}`);
    if (sums.correct !== undefined) {
      throw new Error(`Outputs ${what} count as correct ${sums.correct} times; there is nothing to compare.`);
    }
  }
}

async function refusable(making: Promise<Engine>): Promise<Engine> {
  try {
    return await making;
  } catch (error) {
    if (!(error instanceof EspalierError && error.code === 'ESPALIER_ENGINE_REFUSES')) throw error;
    throw new Untried(error.explanation);
  }
}
