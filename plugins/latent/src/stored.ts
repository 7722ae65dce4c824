import { type GrownValue, type RegrowCriterion, strategy } from '@espalier/core';

/** The candidates whose stored weights are largest. */
export const storedRegrow = strategy(
  'regrow',
  'stored',
  {},
  {
    useFactory: (): RegrowCriterion => ({
      needs: ['weight'],
      propose: (layer, count) => layer.strongest('weight', count),
    }),
  },
  {
    summary: 'The candidates with the largest stored weights; for recipes that train inactive weights.',
    paper: 'as in Jayakumar et al., Top-KAST, 2020, arXiv 2106.03517',
  },
);

/** What is stored at the position. */
export const storedValue = strategy(
  'grownValue',
  'stored',
  {},
  {
    useFactory: (): GrownValue => ({
      needs: ['weight'],
      value: (layer, positions) => layer.signal('weight', positions),
    }),
  },
  {
    summary: 'The value that is stored at the position; for recipes that train inactive weights.',
    paper: 'as in Jayakumar et al., Top-KAST, 2020, arXiv 2106.03517',
  },
);
