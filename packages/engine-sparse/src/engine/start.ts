import type { LatentOptions, StartLayer } from '@espalier/core';
import type { Kernel } from '../parameters/kernel.js';
import type { RewiringKernels } from '../parameters/rewiring.js';
import { LatentValues } from './latent-values.js';
import { ascends } from './topology.js';

/**
 * Gives every kernel its first topology and weights.
 * @param options - where kernels may keep values off the mask
 * @returns the values off the mask of those that do, by their names
 * @throws TypeError where the list does not go with the kernels
 * @throws EspalierError ESPALIER_ENGINE_REFUSES where there is no memory for values off the mask
 */
export function startKernels(
  kernels: readonly Kernel[],
  start: readonly StartLayer[],
  options: LatentOptions | undefined,
  rewiring: RewiringKernels,
): ReadonlyMap<string, LatentValues> {
  const names = kernels.map(({ name }) => name).join(', ');
  const given = start.map(({ name }) => name).join(', ');
  if (given !== names) {
    throw new TypeError(
      `The starting layers are ${given || 'none'}, but the network has ${names || 'none'}, in this order.`,
    );
  }
  const off = new Map<string, LatentValues>();
  kernels.forEach((kernel, i) => {
    const { active, weights, latent, trained } = start[i]!;
    if (weights === undefined) {
      throw new TypeError(
        `The start of ${kernel.name} has no weights; an architecture has none of its own to keep.`,
      );
    }
    if (weights.length !== active.length) {
      throw new TypeError(
        `The start of ${kernel.name} has ${weights.length} weights for ${active.length} positions.`,
      );
    }
    if (!ascends(active, kernel.size)) {
      throw new TypeError(
        `The starting positions of ${kernel.name} are not ascending within 0 to ${kernel.size - 1}.`,
      );
    }
    kernel.place(active);
    kernel.weights.set(weights);
    kernel.order(rewiring);
    if (latent === undefined) return;
    if (options === undefined || latent.length !== kernel.size) {
      throw new TypeError(
        `The start of ${kernel.name} has ${latent.length} values off the mask; ${
          options === undefined ? 'none were announced in the request' : `${kernel.size} are due`
        }.`,
      );
    }
    const values = new LatentValues(kernel, options.decay);
    values.values.set(latent);
    if (trained !== undefined) values.trained = trained === 'all' ? trained : trained.slice();
    kernel.pull = options.decay.active;
    off.set(kernel.name, values);
  });
  return off;
}
