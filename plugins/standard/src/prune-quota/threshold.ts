import { type Scores, strategy, sum } from '@espalier/core';
import { notNegative } from '../options/checks.js';
import { countCells } from './cells.js';

/** Every weight that scores below a fixed value, but never the whole of a layer. */
export const threshold = strategy(
  'pruneQuota',
  'threshold',
  { value: 0.001 },
  {
    useFactory: ({ value }) => ({
      quota: (sites) =>
        sites.flatMap((site) => countCells([site], (lists) => spareBest(lists, countBelow(lists, value)))),
    }),
  },
  {
    summary:
      'Every weight that scores below a value, whatever the drop fraction; never the whole of a layer.',
    options: { value: 'scores below it leave, not negative' },
    paper: 'as in Mostafa, Wang, 2019, arXiv 1902.05967, without its controller',
    check: ({ value }) => notNegative('value', value),
  },
);

function countBelow(lists: readonly Scores[], value: number): number[] {
  return lists.map((scores) => {
    let count = 0;
    for (let i = 0; i < scores.length; i++) if (scores[i]! < value) count++;
    return count;
  });
}

/** Where all would leave, the best one stays: an empty layer passes no signal. */
function spareBest(lists: readonly Scores[], counts: number[]): number[] {
  const all = sum(lists.map(({ length }) => length));
  if (all === 0 || sum(counts) < all) return counts;
  const best = lists.map(largest);
  counts[best.indexOf(Math.max(...best))]! -= 1;
  return counts;
}

function largest(scores: Scores): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i]!);
  return most;
}
