import {
  apportion,
  ceilCount,
  EspalierError,
  floorCount,
  type RandomStream,
  strategy,
  sum,
} from '@espalier/core';
import { firstOf, fraction, oneOf, positiveFraction } from '../options/checks.js';

/** Densities drawn at random: tests how much a method depends on the allocation it starts from. */
export const randomDensity = strategy(
  'allocate',
  'random-density',
  { minimum: 0, maximum: 1, distribution: 'uniform' },
  {
    useFactory: ({ minimum, maximum, distribution }) => ({
      allocate(layers, budget, context) {
        const sizes = layers.map(({ size }) => size);
        const floors = sizes.map((size) => Math.max(1, ceilCount(minimum * size)));
        const caps = sizes.map((size, i) => Math.max(floors[i]!, floorCount(maximum * size)));
        if (sum(floors) > budget || sum(caps) < budget) {
          throw new EspalierError(
            'ESPALIER_INFEASIBLE_BUDGET',
            `allocate "random-density": with densities from ${minimum} to ${maximum} the layers hold ` +
              `${sum(floors)} to ${sum(caps)} weights, but the budget is ${budget}.`,
          );
        }
        const draws = layers.map((layer) => {
          const u = drawPositive(context.random('density', layer));
          return distribution === 'uniform' ? u : minimum * (maximum / minimum) ** u;
        });
        return apportion(targets(sizes, draws, budget, floors, caps), budget, { floors, caps });
      },
    }),
  },
  {
    summary: 'Densities in proportion to numbers drawn at random, one per layer.',
    options: {
      minimum: 'least density of a layer; each keeps one weight at least',
      maximum: 'largest density of a layer',
      distribution: 'uniform, or log-uniform between minimum and maximum',
    },
    check: ({ minimum, maximum, distribution }) =>
      firstOf(
        fraction('minimum', minimum),
        positiveFraction('maximum', maximum),
        minimum < maximum ? undefined : `minimum ${minimum} must lie below maximum ${maximum}.`,
        oneOf('distribution', distribution, ['uniform', 'log-uniform']),
        distribution === 'log-uniform' && minimum === 0
          ? 'the distribution log-uniform needs a minimum above 0.'
          : undefined,
      ),
  },
);

// A layer that drew exactly 0 would have no share to scale.
function drawPositive(random: RandomStream): number {
  let u = random.uniform();
  while (u === 0) u = random.uniform();
  return u;
}

/**
 * Scales the drawn densities to the budget. Layers outside their bounds are pinned to them, the side with the
 * larger violation first, and the others are scaled again.
 */
function targets(
  sizes: readonly number[],
  draws: readonly number[],
  budget: number,
  floors: readonly number[],
  caps: readonly number[],
): number[] {
  const pinned = new Map<number, number>();
  for (;;) {
    const free = [...sizes.keys()].filter((i) => !pinned.has(i));
    const factor = (budget - sum(pinned.values())) / sum(free.map((i) => draws[i]! * sizes[i]!));
    const target = sizes.map((size, i) => pinned.get(i) ?? factor * draws[i]! * size);
    const over = free.filter((i) => target[i]! > caps[i]!);
    const under = free.filter((i) => target[i]! < floors[i]!);
    if (over.length === 0 && under.length === 0) return target;
    const excess = sum(over.map((i) => target[i]! - caps[i]!));
    const lack = sum(under.map((i) => floors[i]! - target[i]!));
    if (excess >= lack) for (const i of over) pinned.set(i, caps[i]!);
    else for (const i of under) pinned.set(i, floors[i]!);
  }
}
