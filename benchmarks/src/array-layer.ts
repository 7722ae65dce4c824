import {
  createRandomSource,
  type EngineLayer,
  type Positions,
  sampleOutside,
  strongestOf,
} from '@espalier/core';

/**
 * A layer that holds its weights and its dense gradient in typed arrays, as an engine on the host does after an
 * update step: what is measured is the core's work, not an engine's.
 */
export function arrayLayer(
  name: string,
  shape: readonly [number, number],
  density: number,
  seed: number,
): EngineLayer {
  const size = shape[0] * shape[1];
  const random = createRandomSource(seed);
  const stream = random.stream('benchmark', name, 0);
  const active: Positions = sampleOutside(size, new Uint32Array(0), Math.round(density * size), stream);
  const values = Float32Array.from({ length: active.length }, () => stream.normal());
  // Layers differ in the size of their gradients, so that weights do move between them.
  const scale = Math.exp(stream.normal());
  const gradient = Float32Array.from({ length: size }, () => scale * stream.normal());
  return {
    name,
    kind: 'dense',
    shape,
    active,
    weights: () => values.slice(),
    setWeights: (next) => values.set(next),
    signal: (_, positions) => Float32Array.from(positions, (p) => gradient[p]!),
    strongest: (_, limit, excluded, atLeast) => strongestOf(gradient, limit, excluded, atLeast),
    scan: (_, visit) => visit(0, gradient),
  };
}
