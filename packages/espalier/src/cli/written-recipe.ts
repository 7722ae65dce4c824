import type { ExpandedRecipe, ExpandedRound, RoundSpec } from '@espalier/core';
import type { RunConfig } from '@espalier/runs';

/**
 * An expanded recipe as a run file would say it: written into one, it means the same recipe.
 * @param method - as configured, with its options
 */
export function writtenRecipe(recipe: ExpandedRecipe, method: NonNullable<RunConfig['method']>): RunConfig {
  const { method: _, imposedDensity: __, rounds, allocate, topology, weights, trigger, ...rest } = recipe;
  const written = rounds.map(writtenRound);
  const update = written.length === 1 ? written[0] : { rounds: written };
  return { method, allocate, topology, weights, trigger, ...update, ...rest };
}

function writtenRound({ regrow, ...slots }: ExpandedRound): RoundSpec {
  const [first, ...others] = regrow.map(({ choice, share, spread }, i) =>
    i === 0 ? choice : { ...choice, share, spread },
  );
  return { ...slots, regrow: others.length === 0 ? first! : [first!, ...others] };
}
