import type {
  BackwardSet,
  Choice,
  Clock,
  ExpandedRecipe,
  LatentLayer,
  Positions,
  ProbedLayer,
  Signal,
  Slot,
  Slots,
  StrategyContext,
  StrategyServices,
} from '@espalier/core';
import { createRandomSource, newPositions } from '@espalier/core';

/** Which weight gradients the steps of a method form, besides those of active weights. */
export interface Accounting {
  /** Steps that end with an update, and those whose gradients are accumulated for it: those of every position. */
  readonly denseForUpdates: boolean;
  /** Every step: those of every position. */
  readonly denseAlways: boolean;
  /** Every step: those of the trained inactive positions too. */
  readonly backward: BackwardSet | undefined;
}

/**
 * Finds out which weight gradients a method needs from what its strategies declare. Where a gradient is to rank places
 * that hold no weight (by the redistributor or a regrow criterion), all of it is needed; prune criteria, quotas,
 * structures and grown values read it at weights only, and so do criteria that draw a sample by `factors` first.
 *
 * @param strategy - makes the strategies that the recipe names
 */
export function accountingOf(recipe: ExpandedRecipe, strategy: StrategyServices['strategy']): Accounting {
  const needs = <S extends Slot>(slot: S, choice: Choice | null): readonly Signal[] =>
    choice === null ? [] : ((strategy(slot, choice) as { needs?: readonly Signal[] }).needs ?? []);
  const placing = recipe.rounds.flatMap(({ redistribute, regrow }) => [
    needs('redistribute', redistribute),
    ...regrow.map(({ choice }) => needs('regrow', choice)),
  ]);
  const { trigger, grownValue, structure, hook, rounds, backward } = recipe;
  const all = [
    ...placing,
    needs('trigger', trigger),
    needs('grownValue', grownValue),
    needs('structure', structure),
    needs('hook', hook),
    ...rounds.flatMap(({ drop, prune, pruneQuota }) => [
      needs('drop', drop),
      needs('prune', prune),
      needs('pruneQuota', pruneQuota),
    ]),
  ].flat();
  return {
    denseForUpdates: placing.some((read) => read.includes('gradient') && !read.includes('factors')),
    denseAlways: all.includes('denseMomentum'),
    backward: backward === null ? undefined : (strategy('backward', backward) as Slots['backward']),
  };
}

/** How many inactive positions of a layer a backward set trains; which ones does not matter here. */
export function countTrained(backward: BackwardSet, layer: ProbedLayer, clock: Clock): number {
  const inactive = layer.size - layer.active.length;
  const latent: LatentLayer = { ...layer, active: layer.active, strongest: (n) => firstOff(layer, n) };
  const trained = backward.trained(latent, context(clock));
  return trained === 'all' ? inactive : trained.length;
}

/** Any stream will do: a number is wanted, and strategies may neither know nor change that they are asked. */
function context(clock: Clock): StrategyContext & Clock {
  const source = createRandomSource(0);
  return {
    ...clock,
    random: (purpose, layer) => source.stream(purpose, layer?.name ?? '', clock.step),
    report: () => {},
  };
}

function firstOff({ active, size }: ProbedLayer, limit: number): Positions {
  const count = Math.min(limit, size - active.length);
  const off = newPositions(size, count);
  let a = 0;
  for (let position = 0, found = 0; found < count; position++) {
    if (active[a] === position) a++;
    else off[found++] = position;
  }
  return off;
}
