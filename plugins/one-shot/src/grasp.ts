import { oneShot } from './one-shot.js';
import { positiveInteger } from './options.js';

/** w x (H g), signed: what keeps the gradient large. */
export const grasp = oneShot({
  name: 'grasp',
  defaults: { batches: 1, step: 0.001 },
  scoring:
    ({ batches, step }) =>
    async ({ layers, oracle }) => {
      const weights = layers.map((layer) => oracle.weights(layer));
      const gradients = await oracle.gradients({ weights, batches });
      const length = norm(gradients);
      const h = step * (norm(weights) || 1);
      const along = (sign: number) =>
        weights.map((w, l) => w.map((value, p) => value + (sign * h * gradients[l]![p]!) / (length || 1)));
      const [above, below] = [
        await oracle.gradients({ weights: along(1), batches }),
        await oracle.gradients({ weights: along(-1), batches }),
      ];
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
      step: "length of the steps along the gradient that the Hessian is taken by, as a share of the weights' length",
    },
    paper:
      'Wang, Zhang, Grosse, Picking Winning Tickets Before Training by Preserving Gradient Flow, 2020, arXiv 2002.07376',
    check: ({ batches, step }) =>
      positiveInteger('batches', batches) ?? (step > 0 ? undefined : `step is ${step}, but must be above 0.`),
  },
});

function norm(lists: readonly Float32Array[]): number {
  let squares = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) squares += list[i]! ** 2;
  return Math.sqrt(squares);
}
