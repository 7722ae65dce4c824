import { type Positions, without } from '@espalier/core';
import type { Parameter } from '../parameter.js';
import type { Optimizer } from './optimizer.js';

/**
 * Moves a parameter by its gradient: active weights, and of values off the mask the trained ones. Decay off the mask is
 * added to the gradient that stands in the parameter.
 * @param denseSlots - whether slots follow the gradient where there is no weight to move, too
 */
export function moveParameter(
  parameter: Parameter,
  optimizer: Optimizer,
  learningRate: number,
  denseSlots: boolean,
): void {
  const { active, everywhere, latent, isKernel, values } = parameter;
  const off = latent?.moving(everywhere, active) ?? (denseSlots ? without(everywhere, active) : NONE);
  if (latent !== undefined) {
    pull(parameter, active, latent.decay.active);
    pull(parameter, off, latent.decay.inactive);
  }
  optimizer.step(parameter, active, { learningRate, decays: isKernel });
  optimizer.step(parameter, off, { learningRate, decays: false });
  if (latent === undefined) for (const position of off) values[position] = 0;
}

const NONE = new Uint32Array();

function pull({ gradient, values }: Parameter, positions: Positions, decay: number): void {
  for (const position of positions) gradient[position]! += decay * values[position]!;
}
