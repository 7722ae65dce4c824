import { inferShapes, sizeOf } from '@espalier/architectures';
import { matchLayers, type Network, type StartAllocation, sum } from '@espalier/core';

/** How one maskable layer would start, and why. */
export interface LayerForecast {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** Active weights at the start. */
  readonly weights: number;
  readonly density: number;
  /** The least that it may shrink to; of a layer kept dense, its size. */
  readonly floor: number;
  /** The glob that keeps it dense; null for a sparse layer. */
  readonly keptDenseBy: string | null;
}

/** Every maskable layer with its count, in the network's order. */
export function layerForecasts(
  { shapes, dense, counts, floors }: StartAllocation,
  keepDense: readonly string[],
): LayerForecast[] {
  const matches = keepDense.map((glob) => ({ glob, chosen: matchLayers(shapes, [glob], 'keepDense') }));
  let next = 0;
  return shapes.map(({ name, shape, size }, i) => {
    const keptDenseBy = dense[i] ? matches.find(({ chosen }) => chosen[i])!.glob : null;
    const weights = dense[i] ? size : counts[next]!;
    const floor = dense[i] ? size : floors[next++]!;
    return { name, shape, size, weights, density: weights / size, floor, keptDenseBy };
  });
}

/** How many parameters of a network are no kernels; null for a model of an engine's own kind. */
export function otherParameters(network: Network): number | null {
  if (!('architecture' in network)) return null;
  const parameters = inferShapes(network.architecture).nodes.flatMap((node) => node.parameters);
  return sum(parameters.filter(({ role }) => role !== 'kernel').map(({ shape }) => sizeOf(shape)));
}
