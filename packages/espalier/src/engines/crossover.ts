import { describeLayer, type LayerDescription, type LayerKind, sum } from '@espalier/core';

type Kind = 'dense' | 'convolution';

/**
 * The density at which a step of the sparse engine takes as long as one of a native library for dense products, by the
 * kind of layer: measured against PyTorch on a CPU, in benchmarks/results/peers.json and convolution.json.
 */
export const CROSSOVER: Readonly<Record<Kind, number>> = { dense: 0.3, convolution: 0.1 };

const KINDS: Readonly<Record<LayerKind, Kind>> = {
  dense: 'dense',
  convolution: 'convolution',
  depthwise: 'convolution',
  transposed: 'convolution',
};

/**
 * Whether the sparse engine can be expected to be faster than a native library, each layer counting by its
 * multiplications.
 * @param density - share of weights that the run will have
 */
export function beatsNative(layers: readonly LayerDescription[], density: number): boolean {
  const dense = layers.map((layer) => {
    const { size, outputPositions } = describeLayer(layer, 0);
    return size * outputPositions;
  });
  const sparse = dense.map((work, i) => (work * density) / CROSSOVER[KINDS[layers[i]!.kind]]);
  return sum(sparse) <= sum(dense);
}
