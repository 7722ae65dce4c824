import { inferShapes, maskableLayers } from '@espalier/architectures';
import {
  type Architecture,
  allPositions,
  type Batch,
  createRandomSource,
  type Engine,
  type EngineFactory,
  type StartLayer,
  sampleOutside,
} from '@espalier/core';

const random = createRandomSource(0);

/** Weights at random positions, the same share of every layer. */
export function drawStart(architecture: Architecture, density: number): readonly StartLayer[] {
  return maskableLayers(architecture).map(({ name, shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const count = Math.max(1, Math.round(density * size));
    const stream = random.stream('start', name, 0);
    const active =
      count === size ? allPositions(size) : sampleOutside(size, new Uint32Array(0), count, stream);
    const deviation = Math.sqrt((2 * shape.at(-1)!) / count);
    return { name, active, weights: Float32Array.from(active, () => deviation * stream.normal()) };
  });
}

/** Inputs and labels of the network's shapes. */
export function drawBatch(architecture: Architecture, size: number): Batch {
  const stream = random.stream('batch', '', 0);
  const values = inferShapes(architecture).inputShape.reduce((product, n) => product * n, 1);
  return {
    size,
    inputs: Float32Array.from({ length: size * values }, () => Math.max(0, stream.normal())),
    labels: Uint8Array.from({ length: size }, () => stream.below(10)),
  };
}

/** An engine with the optimizer that `espalier train` takes by default. */
export function createEngine(
  factory: EngineFactory,
  architecture: Architecture,
  start: readonly StartLayer[],
): Promise<Engine> {
  return factory.create({
    network: { architecture },
    loss: 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 1e-3, momentum: 0.9, weightDecay: 1e-4 },
    start,
    random: (purpose, name, step) => random.stream(purpose, name, step),
  });
}

/** @returns the milliseconds that one step took */
export async function timeStep(engine: Engine, batch: Batch): Promise<number> {
  const clock = { step: 0, totalSteps: 1, epoch: 0, stepInEpoch: 0, stepsPerEpoch: 1, updateIndex: 0 };
  const began = performance.now();
  await engine.trainStep(batch, {
    clock,
    learningRate: 1e-3,
    signals: new Set(),
    updateWeights: true,
    accumulate: false,
  });
  return performance.now() - began;
}
