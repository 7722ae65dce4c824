import { oneShot } from './one-shot.js';
import { positiveInteger } from './options.js';

/** |w x dL/dw|: how much the loss would change without the weight. */
export const snip = oneShot({
  name: 'snip',
  defaults: { batches: 1 },
  scoring:
    ({ batches }) =>
    async ({ layers, oracle }) => {
      const gradients = await oracle.gradients({ batches });
      return layers.map((layer, i) => {
        const gradient = gradients[i]!;
        return Float64Array.from(oracle.weights(layer), (weight, p) => Math.abs(weight * gradient[p]!));
      });
    },
  what: '|w dL/dw| of the dense network',
  about: {
    options: { batches: 'training batches that the gradient is averaged over' },
    paper:
      'Lee, Ajanthan, Torr, SNIP: Single-shot Network Pruning based on Connection Sensitivity, 2019, arXiv 1810.02340',
    check: ({ batches }) => positiveInteger('batches', batches),
  },
});
