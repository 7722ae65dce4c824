import {
  apportion,
  type CommittedUpdate,
  type PruneQuota,
  type RunFacts,
  roundHalfUp,
  type Site,
  type StrategyContext,
  strategy,
  sum,
  type UpdateContext,
} from '@espalier/core';

/** As many as it takes to reach the target, which a soft bound has the budget exceed by the drop fraction. */
export const toTarget = strategy(
  'pruneQuota',
  'to-target',
  {},
  { useFactory: (_options, { run }) => new ToTarget(run) },
  {
    summary:
      'The same share of every layer, as many in all as it takes to reach the target below the budget of a soft bound.',
    paper: 'Yuan et al., MEST, 2021, arXiv 2110.14032',
  },
);

class ToTarget implements PruneQuota {
  /** The most weights that an update has left, and that was told of. */
  state: { readonly peak: number } = { peak: 0 };
  readonly #run: Pick<RunFacts, 'density'>;

  constructor(run: Pick<RunFacts, 'density'>) {
    this.#run = run;
  }

  quota(sites: readonly Site[], { budget, dropFraction }: UpdateContext): number[] {
    const active = sum(sites.map(({ scores }) => scores.length));
    const spare = sites.map(({ scores, floor }) => Math.max(0, scores.length - floor));
    const total = Math.min(sum(spare), Math.max(0, active - this.#target(budget, dropFraction)));
    return apportion(
      sites.map(({ scores }) => (total * scores.length) / Math.max(1, active)),
      total,
      { caps: spare },
    );
  }

  committed({ budget, dropFraction }: CommittedUpdate, context: StrategyContext): void {
    const target = this.#target(budget, dropFraction);
    if (budget <= Math.max(target, this.state.peak)) return;
    this.state = { peak: budget };
    context.report('above-target', {
      message: `until the last update the network holds up to ${budget} weights, ${budget - target} more than its target of ${target}`,
      peak: budget,
      target,
    });
  }

  // From the budget and not from the density, which leaves out layers kept dense; no budget exceeds all weights.
  #target(budget: number, mutation: number): number {
    return roundHalfUp(budget / Math.min(1 + mutation, 1 / this.#run.density));
  }
}
