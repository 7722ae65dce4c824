import type { LatentOptions, StartLayer } from '@espalier/core';
import { Latent } from './latent.js';
import type { ReferenceLayer } from './layer.js';
import type { Parameter } from './parameter.js';

/**
 * Gives every kernel its first topology and weights.
 * @param options - where layers may keep values off the mask
 * @throws TypeError where the list does not go with the layers
 */
export function startKernels(
  parameters: ReadonlyMap<string, Parameter>,
  layers: readonly ReferenceLayer[],
  start: readonly StartLayer[],
  options: LatentOptions | undefined,
): void {
  const names = layers.map(({ name }) => name).join(', ');
  const given = start.map(({ name }) => name).join(', ');
  if (given !== names) {
    throw new TypeError(
      `The starting layers are ${given || 'none'}, but the network has ${names || 'none'}, in this order.`,
    );
  }
  for (const { name, active, weights, latent, trained } of start) {
    const parameter = parameters.get(name) as Parameter;
    if (weights === undefined) {
      throw new TypeError(
        `The start of ${name} has no weights; an architecture has none of its own to keep.`,
      );
    }
    if (weights.length !== active.length) {
      throw new TypeError(
        `The start of ${name} has ${weights.length} weights for ${active.length} positions.`,
      );
    }
    if (!active.every((position, i) => position < parameter.size && (i === 0 || position > active[i - 1]!))) {
      throw new TypeError(
        `The starting positions of ${name} are not ascending within 0 to ${parameter.size - 1}.`,
      );
    }
    if (latent !== undefined) {
      if (options === undefined || latent.length !== parameter.size) {
        throw new TypeError(
          `The start of ${name} has ${latent.length} values off the mask; ${
            options === undefined ? 'none were announced in the request' : `${parameter.size} are due`
          }.`,
        );
      }
      parameter.values.set(latent);
      parameter.latent = new Latent(options.decay, trained);
    }
    parameter.active = active.slice();
    active.forEach((position, i) => {
      parameter.values[position] = weights[i]!;
    });
  }
}
