import { inferShapes, maskableLayers } from '@espalier/architectures';
import {
  type Architecture,
  allPositions,
  type Batch,
  createRandomSource,
  type Engine,
  type EngineFactory,
  type Signal,
  type StartLayer,
  sampleOutside,
} from '@espalier/core/engine';

const random = createRandomSource(1);

/** One training step with {@link createTrial}'s optimizer. */
export function step(engine: Engine, batch: Batch, signals: ReadonlySet<Signal> = new Set()) {
  const clock = { step: 0, totalSteps: 1, epoch: 0, stepInEpoch: 0, stepsPerEpoch: 1, updateIndex: 0 };
  return engine.trainStep(batch, {
    clock,
    learningRate: 1e-3,
    signals,
    updateWeights: true,
    accumulate: false,
  });
}

/** An engine that minimises the cross-entropy by SGD with momentum and weight decay. */
export function createTrial(
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

/** Every layer at the same density, with weights by the number of its non-zeros. */
export function drawStart(architecture: Architecture, density: number): StartLayer[] {
  return maskableLayers(architecture).map(({ name, shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const count = Math.max(1, Math.round(density * size));
    const stream = random.stream('start', name, 0);
    const active =
      count === size ? allPositions(size) : sampleOutside(size, new Uint32Array(0), count, stream);
    const deviation = Math.sqrt((2 * shape.at(-1)!) / count);
    const weights = new Float32Array(active.length);
    for (let i = 0; i < weights.length; i++) weights[i] = deviation * stream.normal();
    return { name, active, weights };
  });
}

/** Inputs as after a rectifier, in ten classes. */
export function drawBatch(architecture: Architecture, size: number): Batch {
  const stream = random.stream('inputs', '', 0);
  const { inputShape } = inferShapes(architecture);
  const values = inputShape.reduce((product, n) => product * n, 1);
  // Not Float32Array.from, whose list of numbers would be most of the memory that is measured.
  const inputs = new Float32Array(size * values);
  for (let i = 0; i < inputs.length; i++) inputs[i] = Math.max(0, stream.normal());
  return {
    size,
    inputs,
    labels: Uint8Array.from({ length: size }, () => stream.below(10)),
  };
}

/** The active weights of all layers. */
export function countNonZeros(start: readonly StartLayer[]): number {
  return start.reduce((sum, { active }) => sum + active.length, 0);
}

/** Four digits: more would be noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
