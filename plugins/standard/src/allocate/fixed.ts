import {
  apportion,
  ceilCount,
  type DensityAllocator,
  EspalierError,
  floorCount,
  type Json,
  type LayerShape,
  matchLayers,
  roundHalfUp,
  strategy,
  sum,
} from '@espalier/core';
import { firstOf, positiveFraction, positiveInteger } from '../options/checks.js';
import { asChoice, choiceComplaint } from '../options/choice.js';

/** Densities or counts of some layers as given; another allocator shares the rest of the budget out. */
export const fixed = strategy(
  'allocate',
  'fixed',
  { densities: {}, counts: {}, rest: null },
  {
    useFactory: ({ densities, counts, rest }, { strategy: other }): DensityAllocator => {
      const allocator = other('allocate', asChoice(rest ?? 'erk'));
      return {
        async allocate(layers, budget, context) {
          const targets = fixedTargets(layers, densities, counts);
          const open = layers.filter((_, i) => targets[i] === undefined);
          if (open.length === 0) return allFixed(layers, targets as Target[], budget);
          const whole = targets.map((target) => target && roundTarget(target));
          const left = budget - sum(whole.map((n) => n ?? 0));
          const room = sum(open.map(({ size }) => size));
          if (left < open.length || left > room) {
            throw infeasible(layers, whole, budget, `${open.length} to ${room}`);
          }
          const own = open.map((layer, index) => ({ ...layer, index }));
          const others = await allocator.allocate(own, left, { ...context, density: left / room });
          let next = 0;
          return whole.map((n) => n ?? others[next++]!);
        },
      };
    },
  },
  {
    summary: 'Densities or counts of some layers as given; another allocator shares the rest out.',
    options: {
      densities: 'map from layer globs to densities in (0, 1]',
      counts: 'map from layer globs to numbers of weights',
      rest: 'allocator of the other layers; null is erk',
    },
    check: ({ densities, counts, rest }) =>
      firstOf(
        ...Object.entries(densities).map(([glob, d]) =>
          positiveFraction(`densities["${glob}"]`, d as number),
        ),
        ...Object.entries(counts).map(([glob, n]) => positiveInteger(`counts["${glob}"]`, n)),
        rest === null ? undefined : choiceComplaint('rest', rest),
      ),
  },
);

/** What a layer is to hold: a whole number as given, or density x size. */
interface Target {
  readonly value: number;
  readonly exact: boolean;
}

function fixedTargets(
  layers: readonly LayerShape[],
  densities: Readonly<Record<string, Json>>,
  counts: Readonly<Record<string, Json>>,
): (Target | undefined)[] {
  const targets: (Target | undefined)[] = layers.map(() => undefined);
  const owners: (string | undefined)[] = layers.map(() => undefined);
  const enter = (key: string, glob: string, target: (size: number) => Target) => {
    for (const [i, matches] of matchLayers(layers, [glob], `allocate "fixed", ${key}`).entries()) {
      if (!matches) continue;
      const { name, size } = layers[i]!;
      if (owners[i] !== undefined) {
        throw new EspalierError(
          'ESPALIER_INVALID_OPTION',
          `allocate "fixed": layer "${name}" is named by ${owners[i]} and by ${key} "${glob}"; name it once.`,
        );
      }
      owners[i] = `${key} "${glob}"`;
      targets[i] = target(size);
    }
  };
  for (const [glob, d] of Object.entries(densities)) {
    enter('densities', glob, (size) => ({ value: (d as number) * size, exact: false }));
  }
  for (const [glob, n] of Object.entries(counts)) {
    enter('counts', glob, () => ({ value: n as number, exact: true }));
  }
  for (const [i, target] of targets.entries()) {
    const { name, size } = layers[i]!;
    if (target === undefined || target.value <= size) continue;
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `allocate "fixed": ${owners[i]} gives layer "${name}" ${target.value} weights, but it holds ${size}.`,
    );
  }
  return targets;
}

function roundTarget({ value }: Target): number {
  return Math.max(1, roundHalfUp(value));
}

/** Where every layer is fixed, rounding the densities is all the freedom that is left to meet the budget. */
function allFixed(layers: readonly LayerShape[], targets: readonly Target[], budget: number): number[] {
  const floors = targets.map(({ value }) => Math.max(1, floorCount(value)));
  const caps = targets.map(({ value }) => Math.max(1, ceilCount(value)));
  if (budget < sum(floors) || budget > sum(caps)) {
    throw infeasible(layers, targets.map(roundTarget), budget, 'none');
  }
  return apportion(
    targets.map(({ value }) => value),
    budget,
    { floors, caps },
  );
}

function infeasible(
  layers: readonly LayerShape[],
  counts: readonly (number | undefined)[],
  budget: number,
  others: string,
): EspalierError {
  const fixedSum = sum(counts.map((n) => n ?? 0));
  const list = layers.flatMap(({ name }, i) => (counts[i] === undefined ? [] : [`${name} ${counts[i]}`]));
  return new EspalierError(
    'ESPALIER_INFEASIBLE_BUDGET',
    `allocate "fixed" fixes ${fixedSum} weights (${list.join(', ')}) of a budget of ${budget}, which leaves ` +
      `${budget - fixedSum} for the other layers; they hold ${others}.`,
  );
}
