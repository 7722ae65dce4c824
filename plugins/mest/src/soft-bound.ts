import { type Choice, strategy } from '@espalier/core';

/** (1 + m) x target: between updates the network holds the mutation of the last one beside its target. */
export const softBound = strategy(
  'densitySchedule',
  'soft-bound',
  { of: null },
  {
    useFactory: ({ of }, services) => {
      const drop = services.strategy('drop', (of ?? 'mutation') as Choice);
      return { density: (clock, target) => Math.min(1, target * (1 + drop.fraction(clock))) };
    },
  },
  {
    summary:
      'As far above the target as a drop schedule says, as a share of it; the next update takes that away.',
    options: { of: 'the drop schedule; null is mutation' },
    paper: 'Yuan et al., MEST, 2021, arXiv 2110.14032',
  },
);
