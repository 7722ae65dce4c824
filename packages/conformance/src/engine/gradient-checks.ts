import { type EngineLayer, type Loss, strongestOf } from '@espalier/core';
import { fail } from '../support/fail.js';
import type { Bench, EngineCheck } from './bench.js';
import { expectClose, expectEqual } from './compare.js';
import { denseSignal } from './dense-signal.js';
import { requestFor, stepRequest } from './request.js';

/** Shapes, losses, gradients and what is read of them. */
export const gradientChecks: readonly EngineCheck[] = [
  { name: 'has the layers of the reference', run: checkLayers },
  { name: 'has the losses and gradients of the reference', run: checkGradients },
  { name: 'sums gradients over batches as the reference', run: checkAccumulation },
  { name: 'finds the strongest of its own gradient', run: checkStrongest },
  { name: 'evaluates and predicts as the reference', run: checkEvaluation },
];

const description = ({ name, kind, shape, groups, outputPositions, sources }: EngineLayer) => ({
  ...{ name, kind, shape, groups, outputPositions, sources },
});

async function checkLayers({ factory, network: { architecture }, make, reference }: Bench): Promise<void> {
  const request = requestFor(architecture);
  const [ours, theirs] = [await make(request), await reference(request)];
  expectEqual(ours.layers.map(description), theirs.layers.map(description), 'engine.layers');
  expectEqual(
    factory.inspect({ architecture }).map(({ name }) => name),
    theirs.layers.map(({ name }) => name),
    'the names of inspect',
  );
  for (const [i, { active, weights }] of request.start.entries()) {
    expectEqual([...ours.layers[i]!.active], [...active], 'active');
    expectEqual(ours.layers[i]!.weights(), weights, 'weights');
  }
}

async function checkGradients({ network, options, make, reference, batch }: Bench): Promise<void> {
  for (const loss of ['cross-entropy', 'mean-squared-error'] as const) {
    for (const size of options.batchSizes) {
      const request = requestFor(network.architecture, { loss });
      const [ours, theirs] = [await make(request), await reference(request)];
      const step = stepRequest(3, { updateWeights: false });
      const actual = await ours.trainStep(batch(1, size), step);
      const expected = await theirs.trainStep(batch(1, size), step);
      expectClose([actual.loss], [expected.loss], options.tolerance, `the ${loss} of ${size} examples`);
      for (const [i, layer] of theirs.layers.entries()) {
        const what = `the gradient by ${layer.name} of the ${loss} of ${size} examples`;
        const all = denseSignal(layer, 'gradient');
        expectClose(denseSignal(ours.layers[i]!, 'gradient'), all, options.tolerance, what);
        const places = Uint32Array.from(all.keys()).filter((p) => p % 3 === 1);
        const some = Float32Array.from(places, (p) => all[p]!);
        expectClose(
          ours.layers[i]!.signal('gradient', places),
          some,
          options.tolerance,
          `${what} at some positions`,
        );
      }
    }
  }
}

/** The fourth batch begins anew; steps in between leave the optimizer out, so that all meet the same weights. */
async function checkAccumulation({ network, options, make, reference, batch }: Bench): Promise<void> {
  const request = requestFor(network.architecture);
  const [ours, theirs] = [await make(request), await reference(request)];
  for (let step = 0; step < 5; step++) {
    const one = stepRequest(step, { updateWeights: false, accumulate: step !== 3 });
    await ours.trainStep(batch(step, 4 + step), one);
    await theirs.trainStep(batch(step, 4 + step), one);
    for (const [i, layer] of theirs.layers.entries()) {
      const [actual, expected] = [ours.layers[i]!, layer].map((one) => denseSignal(one, 'gradient'));
      expectClose(actual!, expected!, options.tolerance, `the gradient by ${layer.name} after batch ${step}`);
    }
  }
}

async function checkStrongest({ network, options, make, batch }: Bench): Promise<void> {
  const ours = await make(requestFor(network.architecture));
  await ours.trainStep(batch(4, 21), stepRequest(0, { updateWeights: false }));
  for (const layer of ours.layers) {
    const gradient = denseSignal(layer, 'gradient');
    for (const excluded of [new Uint32Array(0), layer.active, Uint32Array.from(gradient.keys())]) {
      for (const limit of [0, 1, 5, gradient.length]) {
        const expected = strongestOf(gradient, limit, excluded, 0);
        const found = layer.strongest('gradient', limit, excluded, 0);
        // Sums in another order may swap neighbours, so that scores are compared, not positions.
        const sorted = (scores: ArrayLike<number>) => Float64Array.from(scores).sort();
        expectClose(
          sorted(found.scores),
          sorted(expected.scores),
          options.tolerance,
          `${layer.name}: the ${limit} strongest`,
        );
        const own = Float32Array.from(found.positions, (p) => Math.abs(gradient[p]!));
        expectClose(found.scores, own, options.tolerance, `${layer.name}: scores of the strongest`);
        checkAscending(layer, found.positions, excluded);
        const bar = median(expected.scores) * 1.001;
        const above = layer.strongest('gradient', limit, excluded, bar);
        const below = above.scores.find((score) => score < bar);
        if (below !== undefined)
          fail(`${layer.name}: a score of ${below} is given where at least ${bar} was asked for.`);
        if (bar > 0 && above.scores.length > expected.scores.length / 2 + 1) {
          fail(
            `${layer.name}: ${above.scores.length} of ${expected.scores.length} scores are at least their median.`,
          );
        }
      }
    }
  }
}

function checkAscending(
  { name }: EngineLayer,
  positions: ArrayLike<number>,
  excluded: ArrayLike<number>,
): void {
  const barred = new Set(Array.from(excluded));
  for (let i = 0; i < positions.length; i++) {
    if (barred.has(positions[i]!))
      fail(`${name}: position ${positions[i]} is excluded, but among the strongest.`);
    if (i > 0 && positions[i]! <= positions[i - 1]!)
      fail(`${name}: the strongest do not ascend at ${positions[i]}.`);
  }
}

function median(scores: ArrayLike<number>): number {
  const sorted = Float64Array.from(scores).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function checkEvaluation({ network, options, make, reference, batch }: Bench): Promise<void> {
  for (const loss of ['cross-entropy', 'mean-squared-error'] satisfies Loss[]) {
    const request = requestFor(network.architecture, { loss });
    const [ours, theirs] = [await make(request), await reference(request)];
    const examples = batch(2, 7);
    const [actual, expected] = [await ours.evaluate(examples), await theirs.evaluate(examples)];
    expectEqual(
      [actual.examples, actual.correct],
      [expected.examples, expected.correct],
      `examples, correct (${loss})`,
    );
    expectClose([actual.loss], [expected.loss], 10 * options.tolerance, `the summed ${loss}`);
    if (ours.predict === undefined) continue;
    const outputs = await ours.predict(examples.inputs, examples.size);
    expectClose(
      outputs,
      await theirs.predict!(examples.inputs, examples.size),
      options.tolerance,
      'predictions',
    );
  }
}
