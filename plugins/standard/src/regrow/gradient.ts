import { type RegrowCriterion, strategy } from '@espalier/core';

/** The candidates with the largest absolute gradients. */
export const gradient = strategy(
  'regrow',
  'gradient',
  {},
  {
    useFactory: (): RegrowCriterion => ({
      needs: ['gradient'],
      propose: (layer, count) => layer.strongest('gradient', count),
    }),
  },
  {
    summary: 'The candidates with the largest absolute gradients.',
    paper: 'Evci et al., 2020, arXiv 1911.11134',
  },
);
