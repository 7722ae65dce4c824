import { type LayerShape, sum } from '@espalier/core';

/** How far below the largest raw density another one may lie and still count as equal to it. */
const TIE = 1e-12;

/**
 * Densities in proportion to raw ones, such that the whole meets the budget. Layers that would exceed density 1
 * are dense, and the factor is solved again for the others, so that capping does not cost weights.
 *
 * @param layers - only sizes are read
 * @param raw - a positive number per layer
 * @param budget - at most the sum of the sizes
 * @returns one density in (0, 1] per layer
 */
export function scaleToBudget(
  layers: readonly Pick<LayerShape, 'size'>[],
  raw: readonly number[],
  budget: number,
): number[] {
  const dense = layers.map(() => false);
  for (;;) {
    const free = [...layers.keys()].filter((i) => !dense[i]);
    if (free.length === 0) return layers.map(() => 1);
    const taken = sum(layers.map(({ size }, i) => (dense[i] ? size : 0)));
    const factor = (budget - taken) / sum(free.map((i) => raw[i]! * layers[i]!.size));
    const largest = Math.max(...free.map((i) => raw[i]!));
    if (factor * largest <= 1) return raw.map((r, i) => (dense[i] ? 1 : factor * r));
    for (const i of free) if (raw[i]! >= largest * (1 - TIE)) dense[i] = true;
  }
}
