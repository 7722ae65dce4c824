/** How a budget moves between layers, from moment to moment. */
export interface BudgetFlow {
  /** Active weights per moment and layer. */
  readonly columns: readonly (readonly number[])[];
  /** Between each moment and the next. */
  readonly transitions: readonly {
    /** `moved[i][j]`: weights that layer i held and layer j holds; on the diagonal those that stayed. */
    readonly moved: readonly (readonly number[])[];
    /** Weights that layers gave up and none got. */
    readonly lost: readonly number[];
    /** Weights that layers got and none gave up. */
    readonly gained: readonly number[];
  }[];
}

/**
 * The net flows between layers. Only what each layer holds is known, not whose weight became whose, so what the
 * shrinking layers give is spread over the growing ones in proportion to their growth.
 *
 * @param columns - active weights per moment and layer
 */
export function budgetFlow(columns: readonly (readonly number[])[]): BudgetFlow {
  return {
    columns,
    transitions: columns.slice(1).map((after, i) => transition(columns[i]!, after)),
  };
}

function transition(before: readonly number[], after: readonly number[]): BudgetFlow['transitions'][number] {
  const losses = before.map((n, i) => Math.max(0, n - after[i]!));
  const gains = before.map((n, i) => Math.max(0, after[i]! - n));
  const [allLost, allGained] = [total(losses), total(gains)];
  const exchanged = Math.min(allLost, allGained);
  const moved = before.map((n, i) =>
    gains.map((gain, j) =>
      i === j
        ? n - losses[i]!
        : exchanged === 0
          ? 0
          : (exchanged * losses[i]! * gain) / (allLost * allGained),
    ),
  );
  const rest = (counts: readonly number[], all: number) =>
    counts.map((n) => (all === 0 ? 0 : n * (1 - exchanged / all)));
  return { moved, lost: rest(losses, allLost), gained: rest(gains, allGained) };
}

function total(counts: readonly number[]): number {
  return counts.reduce((all, n) => all + n, 0);
}
