import { countLowestAcross, floorCount, strategy, sum } from '@espalier/core';
import { countCells } from './cells.js';

/** The lowest scores of all layers together. */
export const global = strategy(
  'pruneQuota',
  'global',
  {},
  {
    useFactory: () => ({
      quota(sites, { dropFraction }) {
        const count = floorCount(dropFraction * sum(sites.map(({ scores }) => scores.length)));
        return countCells(sites, (lists) => countLowestAcross(lists, count));
      },
    }),
  },
  {
    summary:
      'The drop fraction of the whole: the lowest scores anywhere, so that layers lose different shares.',
  },
);
