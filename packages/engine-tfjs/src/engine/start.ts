import { EspalierError, type LatentOptions, type StartLayer } from '@espalier/core';
import type { MaskedLayer } from './masked-layer.js';
import type { DenseState } from './parameter.js';
import { areAscending, gather, scatter } from './topology.js';

/**
 * Gives every maskable layer its first topology and weights; without weights those of the model are kept.
 * @param ownWeights - whether the model has weights of its own to keep
 * @param options - where layers may keep values off the mask
 * @throws TypeError where the list does not go with the layers
 * @throws EspalierError `ESPALIER_UNKNOWN_LAYER` for a name that is no layer's
 */
export function startLayers(
  layers: readonly MaskedLayer[],
  start: readonly StartLayer[],
  ownWeights: boolean,
  options?: LatentOptions,
): void {
  const names = layers.map(({ name }) => name).join(', ') || 'none';
  const given = start.map(({ name }) => name).join(', ') || 'none';
  if (given !== names) {
    const stranger = start.find(({ name }) => !layers.some((layer) => layer.name === name));
    const message = `The starting layers are ${given}, but the network has ${names}, in this order.`;
    throw stranger ? new EspalierError('ESPALIER_UNKNOWN_LAYER', message) : new TypeError(message);
  }
  start.forEach(({ name, active, weights, latent, trained = NONE }, i) => {
    const layer = layers[i]!;
    const { size } = layer.parameter;
    if (!areAscending(active, size)) {
      throw new TypeError(`The starting positions of ${name} are not ascending within 0 to ${size - 1}.`);
    }
    if (weights && weights.length !== active.length) {
      throw new TypeError(
        `The start of ${name} has ${weights.length} weights for ${active.length} positions.`,
      );
    }
    if (!weights && !ownWeights) {
      throw new TypeError(
        `The start of ${name} has no weights; an architecture has none of its own to keep.`,
      );
    }
    if (latent && (!options || latent.length !== size)) {
      const due = options ? `${size} are due` : 'none were announced in the request';
      throw new TypeError(`The start of ${name} has ${latent.length} values off the mask; ${due}.`);
    }
    const write = (state: DenseState) => {
      const values = weights ?? gather(state.weights, active);
      if (latent) state.weights.set(latent);
      else state.weights.fill(0);
      scatter(state.weights, active, values);
    };
    const off = latent && options && { decay: options.decay, trained };
    layer.rewire(active.slice(), write, off);
  });
}

const NONE = new Uint32Array();
