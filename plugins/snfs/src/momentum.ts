import { type RegrowCriterion, strategy } from '@espalier/core';

/** The candidates with the largest absolute momentum. */
export const momentum = strategy(
  'regrow',
  'momentum',
  {},
  {
    useFactory: (): RegrowCriterion => ({
      needs: ['denseMomentum'],
      propose: (layer, count) => layer.strongest('denseMomentum', count),
    }),
  },
  {
    summary:
      'The candidates with the largest absolute momentum, which the engine must keep at positions without a weight, too.',
    paper: 'Dettmers, Zettlemoyer, 2019, arXiv 1907.04840',
  },
);
