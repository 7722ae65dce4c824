import { selectLargest, sum } from '@espalier/core';
import { oneShot } from './one-shot.js';
import { positiveInteger } from './options.js';
import { countsOf } from './scores.js';

/** |w x dR/dw| with R the sum of the outputs for ones, all weights made positive; pruned a little at a time. */
export const synflow = oneShot({
  name: 'synflow',
  defaults: { iterations: 100 },
  scoring:
    ({ iterations }) =>
    async ({ layers, oracle }, density) => {
      const weights = layers.map((layer) => oracle.weights(layer).map(Math.abs));
      const size = sum(layers.map((layer) => layer.size));
      let scores: Float64Array[] = [];
      for (let k = 1; k <= iterations; k++) {
        const gradients = await oracle.gradients({ weights, of: 'outputs' });
        scores = weights.map((w, l) =>
          // What is pruned ranks below whatever is left, be its score 0.
          Float64Array.from(w, (value, p) => (value === 0 ? -1 : Math.abs(value * gradients[l]![p]!))),
        );
        const left = Math.max(layers.length, Math.round(size * density ** (k / iterations)));
        if (k < iterations) prune(weights, scores, countsOf(scores, left));
      }
      return scores;
    },
  what: '|w dR/dw|, R being the sum of the outputs for ones through absolute weights, pruned step by step',
  about: {
    options: { iterations: 'steps in which the density falls geometrically to the target' },
    paper:
      'Tanaka, Kunin, Yamins, Ganguli, Pruning neural networks without any data by iteratively conserving synaptic flow, 2020, arXiv 2006.05467',
    check: ({ iterations }) => positiveInteger('iterations', iterations),
  },
});

function prune(
  weights: readonly Float32Array[],
  scores: readonly Float64Array[],
  counts: readonly number[],
): void {
  for (const [l, w] of weights.entries()) {
    const kept = selectLargest(scores[l]!, counts[l]!);
    const values = Float32Array.from(kept, (p) => w[p]!);
    w.fill(0);
    for (const [i, p] of kept.entries()) w[p] = values[i]!;
  }
}
