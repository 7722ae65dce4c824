import { strategy } from '@espalier/core';
import { oneOf, positiveIntegers } from './options.js';
import { byBlock } from './partition/partition.js';
import { type CellScore, WholeCells } from './whole-cells.js';

/** Blocks of inputs x units come and go as a whole. */
export const block = strategy(
  'structure',
  'block',
  { inputs: 4, units: 4, score: 'sum' },
  {
    useFactory: ({ inputs, units, score }) =>
      new WholeCells(
        (layer) => byBlock(layer, { inputs, units }),
        `block of ${inputs} inputs x ${units} units`,
        score as CellScore,
      ),
  },
  {
    summary: 'Blocks of inputs x units, at one kernel offset, come and go as a whole.',
    options: {
      inputs: 'of a block; must divide the inputs of every unit',
      units: 'of a block; must divide the units of every layer, or of its groups',
      score: "of a block, from its positions' scores: sum, max or l2",
    },
    paper: 'Narang, Undersander, Diamos, Block-Sparse Recurrent Neural Networks, 2017, arXiv 1711.02782',
    check: ({ inputs, units, score }) =>
      positiveIntegers({ inputs, units }) ?? oneOf('score', score, ['sum', 'max', 'l2']),
  },
);
