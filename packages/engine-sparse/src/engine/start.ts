import type { StartLayer } from '@espalier/core';
import type { Kernel } from '../parameters/kernel.js';
import { ascends } from './topology.js';

/**
 * Gives every kernel its first topology and weights.
 * @throws TypeError where the list does not go with the kernels
 */
export function startKernels(kernels: readonly Kernel[], start: readonly StartLayer[]): void {
  const names = kernels.map(({ name }) => name).join(', ');
  const given = start.map(({ name }) => name).join(', ');
  if (given !== names) {
    throw new TypeError(
      `The starting layers are ${given || 'none'}, but the network has ${names || 'none'}, in this order.`,
    );
  }
  kernels.forEach((kernel, i) => {
    const { active, weights } = start[i]!;
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
    kernel.order();
  });
}
