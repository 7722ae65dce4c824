import type { StartOracle } from '@espalier/core';
import { oneShot } from './one-shot.js';
import { positive, positiveInteger } from './options.js';

/** w x (H g), signed: what keeps the gradient large. */
export const grasp = oneShot({
  name: 'grasp',
  defaults: { batches: 1, temperature: 200, step: 0.001 },
  scoring:
    ({ batches, temperature, step }) =>
    async ({ layers, oracle }) => {
      const weights = layers.map((layer) => oracle.weights(layer));
      const gradientsAt = (values: readonly Float32Array[]) =>
        cooled(oracle, values, { batches, temperature });
      const gradients = await gradientsAt(weights);
      const length = norm(gradients);
      const h = step * (norm(weights) || 1);
      const along = (sign: number) =>
        weights.map((w, l) => w.map((value, p) => value + (sign * h * gradients[l]![p]!) / (length || 1)));
      const [above, below] = [await gradientsAt(along(1)), await gradientsAt(along(-1))];
      return weights.map((w, l) =>
        Float64Array.from(w, (value, p) => {
          const curved = ((above[l]![p]! - below[l]![p]!) * length) / (2 * h);
          return value * curved;
        }),
      );
    },
  what: 'w times (Hessian x gradient), with its sign, of the dense network',
  about: {
    options: {
      batches: 'training batches that the gradients are averaged over',
      temperature:
        'that the logits are divided by, so that the softmax is nearly even; 1 leaves them as they are',
      step: "length of the steps along the gradient that the Hessian is taken by, as a share of the weights' length",
    },
    paper:
      'Wang, Zhang, Grosse, Picking Winning Tickets Before Training by Preserving Gradient Flow, 2020, arXiv 2002.07376',
    check: ({ batches, temperature, step }) =>
      positiveInteger('batches', batches) ?? positive('temperature', temperature) ?? positive('step', step),
  },
});

function norm(lists: readonly Float32Array[]): number {
  let squares = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) squares += list[i]! ** 2;
  return Math.sqrt(squares);
}

/**
 * Gradients of the loss with all logits divided by the temperature: dividing the last layer does that, biases being 0 at
 * the start.
 */
async function cooled(
  oracle: StartOracle,
  weights: readonly Float32Array[],
  { batches, temperature }: { readonly batches: number; readonly temperature: number },
): Promise<readonly Float32Array[]> {
  const scale = <T extends Float32Array>(lists: readonly T[]) =>
    lists.map((list, l) => (l === lists.length - 1 ? list.map((value) => value / temperature) : list));
  return scale(await oracle.gradients({ weights: scale(weights), batches }));
}
