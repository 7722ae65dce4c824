import { apportion, EspalierError, type LayerShape, roundHalfUp, strategy, sum } from '@espalier/core';
import { positiveFraction } from '../options/checks.js';

/** Uniform, but a convolution that comes first stays dense and the last layer keeps a least density. */
export const uniformPlus = strategy(
  'allocate',
  'uniform-plus',
  { lastDensity: 0.2 },
  {
    useFactory: ({ lastDensity }) => ({
      allocate(layers, budget) {
        if (layers.length === 1) return [budget];
        const pinned = pinnedCounts(layers, budget, lastDensity);
        const rest = budget - sum(pinned.map((n) => n ?? 0));
        const open = layers.filter((_, i) => pinned[i] === undefined);
        const room = sum(open.map(({ size }) => size));
        if (rest < open.length || rest > room) throw infeasible(layers, budget, pinned, open.length, room);
        return apportion(
          layers.map(({ size }, i) => pinned[i] ?? (rest * size) / room),
          budget,
          {
            floors: layers.map((_, i) => pinned[i] ?? 1),
            caps: layers.map(({ size }, i) => pinned[i] ?? size),
          },
        );
      },
    }),
  },
  {
    summary: 'Uniform, with a convolution that comes first dense and the last layer at a least density.',
    options: { lastDensity: 'least density of the last layer, in (0, 1]' },
    paper: 'Gale, Elsen, Hooker, The State of Sparsity in Deep Neural Networks, 2019, arXiv 1902.09574',
    check: ({ lastDensity }) => positiveFraction('lastDensity', lastDensity),
  },
);

/** The counts that the rule fixes; undefined where the common density holds. */
function pinnedCounts(
  layers: readonly LayerShape[],
  budget: number,
  lastDensity: number,
): (number | undefined)[] {
  const first = layers[0]!;
  const last = layers.at(-1)!;
  const pinned: (number | undefined)[] = layers.map(() => undefined);
  if (first.kind !== 'dense') pinned[0] = first.size;
  const rest = budget - (pinned[0] ?? 0);
  const room = sum(layers.map(({ size }) => size)) - (pinned[0] ?? 0);
  const least = roundHalfUp(lastDensity * last.size);
  if ((rest / room) * last.size < least) pinned[layers.length - 1] = least;
  return pinned;
}

function infeasible(
  layers: readonly LayerShape[],
  budget: number,
  pinned: readonly (number | undefined)[],
  open: number,
  room: number,
): EspalierError {
  const fixed = layers.flatMap(({ name }, i) => (pinned[i] === undefined ? [] : [`${name} ${pinned[i]}`]));
  return new EspalierError(
    'ESPALIER_INFEASIBLE_BUDGET',
    `allocate "uniform-plus" fixes ${fixed.join(' and ')} of a budget of ${budget} weights, which leaves ` +
      `${budget - sum(pinned.map((n) => n ?? 0))} for ${open} other layers that hold ${open} to ${room}. ` +
      'Raise the density, or lower lastDensity.',
  );
}
