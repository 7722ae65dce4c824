import {
  apportion,
  countLowestAcross,
  EspalierError,
  type Scores,
  type Site,
  selectLargest,
  strategy,
  sum,
} from '@espalier/core';
import { oneOf } from '../options/checks.js';

/** As many as it takes to reach the budget: for densities that fall over time. */
export const toBudget = strategy(
  'pruneQuota',
  'to-budget',
  { scope: 'global' },
  {
    useFactory: ({ scope }) => ({
      quota(sites, { budget, step }) {
        const total = Math.max(0, sum(sites.map(({ scores }) => scores.length)) - budget);
        const spare = sites.map(({ scores, floor }) => Math.max(0, scores.length - floor));
        if (total > sum(spare)) {
          throw new EspalierError(
            'ESPALIER_INFEASIBLE_BUDGET',
            `pruneQuota "to-budget" at step ${step}: the budget of ${budget} takes ${total} weights, but the ` +
              `layers have only ${sum(spare)} above their floors.`,
          );
        }
        return scope === 'global' ? lowest(sites, spare, total) : inProportion(sites, spare, total);
      },
    }),
  },
  {
    summary: 'As many as it takes to reach the budget, whatever the drop fraction; floors are kept.',
    options: { scope: 'global: the lowest scores anywhere; per-layer: the same share of every layer' },
    check: ({ scope }) => oneOf('scope', scope, ['global', 'per-layer']),
  },
);

/** The best of each layer, up to its floor, do not compete: nothing is regrown that could make good for them. */
function lowest(sites: readonly Site[], spare: readonly number[], total: number): number[] {
  return countLowestAcross(
    sites.map(({ scores }, i) => lowestOf(scores, spare[i]!)),
    total,
  );
}

function lowestOf(scores: Scores, count: number): Scores {
  const best = selectLargest(scores, scores.length - count);
  const rest = scores.slice(0, count);
  let filled = 0;
  let b = 0;
  for (let i = 0; i < scores.length; i++) {
    if (b < best.length && best[b] === i) b++;
    else rest[filled++] = scores[i]!;
  }
  return rest;
}

function inProportion(sites: readonly Site[], spare: readonly number[], total: number): number[] {
  const all = sum(sites.map(({ scores }) => scores.length));
  return apportion(
    sites.map(({ scores }) => (total * scores.length) / Math.max(1, all)),
    total,
    { caps: spare },
  );
}
