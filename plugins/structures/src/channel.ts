import { strategy } from '@espalier/core';
import { oneOf } from './options.js';
import { byUnit } from './partition/partition.js';
import { type CellScore, WholeCells } from './whole-cells.js';

/** Units come and go as a whole. */
export const channel = strategy(
  'structure',
  'channel',
  { score: 'sum' },
  { useFactory: ({ score }) => new WholeCells(byUnit, "unit's fan-in", score as CellScore) },
  {
    summary: 'Units come and go as a whole: all positions that lead into them, or none.',
    options: { score: "of a unit, from its positions' scores: sum, max or l2" },
    paper:
      'Li, Kadav, Durdanovic, Samet, Graf, Pruning Filters for Efficient ConvNets, 2017, arXiv 1608.08710',
    check: ({ score }) => oneOf('score', score, ['sum', 'max', 'l2']),
  },
);
