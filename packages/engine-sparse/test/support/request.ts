import { maskableLayers } from '@espalier/architectures';
import {
  type Architecture,
  type Batch,
  type Clock,
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

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** About `density` of a layer's positions, drawn from a keyed stream. */
function drawPositions(random: RandomSource, layer: LayerDescription, density: number): Positions {
  const stream = random.stream('test:positions', layer.name, 0);
  const all = Array.from({ length: sizeOf(layer.shape) }, (_, position) => position);
  return Uint32Array.from(all.filter(() => density === 1 || stream.uniform() < density));
}

/** A starting topology and weights for every layer. */
function drawStart(seed: number, layers: readonly LayerDescription[], density: number): StartLayer[] {
  const random = createRandomSource(seed);
  return layers.map((layer) => {
    const active = drawPositions(random, layer, density);
    const stream = random.stream('test:weights', layer.name, 0);
    return { name: layer.name, active, weights: Float32Array.from(active, () => stream.normal() * 0.5) };
  });
}

/** A request for an architecture, sparse throughout. */
export function requestFor(
  architecture: Architecture,
  options: { optimizer?: Partial<OptimizerOptions>; loss?: Loss; density?: number } = {},
): EngineRequest {
  const random = createRandomSource(7);
  return {
    network: { architecture },
    loss: options.loss ?? 'cross-entropy',
    optimizer: { use: 'sgd', learningRate: 0.1, ...options.optimizer } as OptimizerOptions,
    start: drawStart(7, maskableLayers(architecture), options.density ?? 0.5),
    random: (purpose, name, step) => random.stream(purpose, name, step),
  };
}

/** Random examples. */
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

/** A step with everything asked for, unless told otherwise. */
export function stepRequest(step: number, change: Partial<StepRequest> = {}): StepRequest {
  const clock: Clock = {
    step,
    totalSteps: 100,
    epoch: 0,
    stepInEpoch: step,
    stepsPerEpoch: 100,
    updateIndex: 0,
  };
  return {
    clock,
    learningRate: 0.1,
    signals: new Set(['gradient', 'momentum']),
    updateWeights: true,
    accumulate: false,
    ...change,
  };
}
