import {
  type Architecture,
  type Batch,
  createRandomSource,
  type EngineRequest,
  type LayerDescription,
  type Loss,
  type OptimizerOptions,
  type Positions,
  type RandomSource,
  type StartLayer,
  type StepRequest,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';

const SEED = 7;

/** The number of positions of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/**
 * About `density` of a layer's positions, drawn from a keyed stream.
 * @param density - in [0, 1]; 1 gives all of them
 * @returns ascending positions
 */
export function drawPositions(random: RandomSource, layer: LayerDescription, density: number): Positions {
  const stream = random.stream('test:positions', layer.name, 0);
  const all = Uint32Array.from({ length: sizeOf(layer.shape) }, (_, position) => position);
  return density === 1 ? all : all.filter(() => stream.uniform() < density);
}

/** Normal weights of deviation 0.5 at {@link drawPositions}. */
function drawStart(layers: readonly LayerDescription[], density: number): StartLayer[] {
  const random = createRandomSource(SEED);
  return layers.map((layer) => {
    const active = drawPositions(random, layer, density);
    const stream = random.stream('test:weights', layer.name, 0);
    return { name: layer.name, active, weights: Float32Array.from(active, () => stream.normal() * 0.5) };
  });
}

/**
 * A request for an architecture, the same at every call: sparse throughout, normal weights.
 *
 * @param options - `optimizer`: what differs from plain sgd at learning rate 0.1; `loss`: default cross-entropy;
 *   `density`: default 0.5
 */
export function requestFor(
  architecture: Architecture,
  options: {
    readonly optimizer?: Partial<OptimizerOptions>;
    readonly loss?: Loss;
    readonly density?: number;
  } = {},
): EngineRequest {
  const random = createRandomSource(SEED);
  const layers = referenceEngine().inspect({ architecture });
  return {
    network: { architecture },
    loss: options.loss ?? 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 0.1, ...options.optimizer } as OptimizerOptions,
    start: drawStart(layers, options.density ?? 0.5),
    random: (purpose, name, step) => random.stream(purpose, name, step),
  };
}

/** Random examples with labels and targets: normal inputs and targets. */
export function drawBatch(seed: number, size: number, inputShape: readonly number[], outputs: number): Batch {
  const stream = createRandomSource(seed).stream('test:batch', '', 0);
  const normals = (length: number) => Float32Array.from({ length }, () => stream.normal());
  return {
    size,
    inputs: normals(size * sizeOf(inputShape)),
    labels: Uint8Array.from({ length: size }, () => stream.below(outputs)),
    targets: normals(size * outputs),
  };
}

/** A training step that asks for gradient and momentum, at learning rate 0.1, unless told otherwise. */
export function stepRequest(step: number, change: Partial<StepRequest> = {}): StepRequest {
  return {
    clock: { step, totalSteps: 100, epoch: 0, stepInEpoch: step, stepsPerEpoch: 100, updateIndex: 0 },
    learningRate: 0.1,
    signals: new Set(['gradient', 'momentum']),
    updateWeights: true,
    accumulate: false,
    ...change,
  };
}
