import { type LayerShape, type StartOracle } from '@espalier/core';
import { oneShot } from './one-shot.js';

const magnitudes = (layer: LayerShape, { weights }: StartOracle) => weights(layer).map(Math.abs);

/** |w|, all layers together. */
export const globalMagnitude = oneShot({
  name: 'global-magnitude',
  defaults: {},
  scoring:
    () =>
    async ({ layers, oracle }) =>
      layers.map((layer) => magnitudes(layer, oracle)),
  what: '|w| of the starting weights',
  about: { paper: 'Han, Pool, Tran, Dally, Learning both Weights and Connections, 2015, arXiv 1506.02626' },
});

/** |w| relative to what is at least as large in the layer. */
export const lamp = oneShot({
  name: 'lamp',
  defaults: {},
  scoring:
    () =>
    async ({ layers, oracle }) =>
      layers.map((layer) => lampScores(oracle.weights(layer))),
  what: 'w^2 over the sum of the squares in the layer that are at least as large',
  about: {
    paper:
      'Lee, Park, Mo, Ahn, Shin, Layer-adaptive Sparsity for the Magnitude-based Pruning, 2021, arXiv 2010.07611',
  },
});

/** Each layer's largest weight scores 1, so that it comes before all others of the layer. */
function lampScores(weights: Float32Array): Float64Array {
  const descending = weights.map(Math.abs).sort().reverse();
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let from = 0; from < descending.length; ) {
    let to = from;
    while (to < descending.length && descending[to] === descending[from]) total += descending[to++]! ** 2;
    sums.fill(total, from, to);
    from = to;
  }
  return Float64Array.from(weights, (weight) => {
    const size = Math.abs(weight);
    return size === 0 ? 0 : size ** 2 / sums[firstOf(descending, size)]!;
  });
}

/** Where a value that occurs in a descending list stands first. */
function firstOf(descending: Float32Array, value: number): number {
  let low = 0;
  let high = descending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (descending[middle]! > value) low = middle + 1;
    else high = middle;
  }
  return low;
}
