import { ceilCount, floorCount, strategy } from '@espalier/core';
import { oneOf } from '../options/checks.js';
import { countCells } from './cells.js';

/** The same share of every layer, and of every group where the criterion has groups. */
export const perLayer = strategy(
  'pruneQuota',
  'per-layer',
  { rounding: 'floor' },
  {
    useFactory: ({ rounding }) => {
      const round = rounding === 'floor' ? floorCount : ceilCount;
      return {
        quota: (sites, { dropFraction }) =>
          countCells(sites, (lists) => lists.map(({ length }) => round(dropFraction * length))),
      };
    },
  },
  {
    summary: 'The drop fraction of every layer.',
    options: { rounding: 'of the count: floor as RigL, or ceil as SNFS, ITOP and GraNet' },
    check: ({ rounding }) => oneOf('rounding', rounding, ['floor', 'ceil']),
  },
);
