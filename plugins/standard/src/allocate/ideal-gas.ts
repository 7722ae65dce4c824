import { apportion, strategy, sum } from '@espalier/core';

/** Ideal gas quotas: density 1 / (1 + F x size), so that small layers stay nearly dense. */
export const idealGas = strategy(
  'allocate',
  'igq',
  {},
  {
    useFactory: () => ({
      allocate(layers, budget) {
        const sizes = layers.map(({ size }) => size);
        const force = forceFor(sizes, budget);
        return apportion(
          sizes.map((size) => size / (1 + force * size)),
          budget,
          { floors: sizes.map(() => 1), caps: sizes },
        );
      },
    }),
  },
  {
    summary:
      'Ideal gas quotas: density 1 / (1 + F x size), with the same F in every layer; small layers stay nearly dense.',
    paper: 'Vysogorets, Kempe, Connectivity Matters, 2021, arXiv 2107.02306',
  },
);

/** The F at which the densities meet the budget, to the last bit: the total falls as F rises. */
function forceFor(sizes: readonly number[], budget: number): number {
  const total = (force: number) => sum(sizes.map((size) => size / (1 + force * size)));
  let low = 0;
  // A layer gets less than 1 / F weights, so this much is enough.
  let high = sizes.length / budget;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (total(middle) > budget) low = middle;
    else high = middle;
  }
}
