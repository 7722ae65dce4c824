import {
  BASE_RECIPE,
  type Clock,
  callStrategy,
  clockAt,
  type Recipe,
  type RunLength,
  type StartAllocation,
} from '@espalier/core';

/** When topology updates would happen, and how much they would move. */
export interface UpdateForecast {
  readonly count: number;
  /** The steps of the first and the last update, from 0; null without updates. */
  readonly first: number | null;
  readonly last: number | null;
  /** Steps from one update to the next, fewest and most; null with fewer than two updates. */
  readonly interval: { readonly min: number; readonly max: number } | null;
  /** Drop fractions of the first, the middle and the last update, of the first round; null without updates. */
  readonly dropFraction: { readonly first: number; readonly middle: number; readonly last: number } | null;
  /** About how many weights the first update moves: its drop fraction of the active ones. */
  readonly movedByFirst: number;
  /** Whether updates may move weights from layer to layer. */
  readonly movesDensity: boolean;
  /** The weight of the start after the last update: the product of 1 - drop fraction over all rounds. */
  readonly startRemaining: number;
}

/** Goes through a run's clock, asking trigger and drop schedule. */
export function forecastUpdates(
  recipe: Recipe,
  length: RunLength,
  { sparse, budget }: StartAllocation,
): UpdateForecast {
  const clocks = sparse.length === 0 ? [] : updateClocks(recipe, length);
  const fractions = clocks.map((clock) => recipe.rounds.map((round) => fractionOf(round.drop, clock)));
  const ofFirstRound = fractions.map(([first]) => first!);
  const count = clocks.length;
  return {
    count,
    first: clocks[0]?.step ?? null,
    last: clocks.at(-1)?.step ?? null,
    interval: intervalOf(clocks),
    dropFraction:
      count === 0
        ? null
        : {
            first: ofFirstRound[0]!,
            middle: ofFirstRound[Math.floor(count / 2)]!,
            last: ofFirstRound[count - 1]!,
          },
    movedByFirst: Math.round((ofFirstRound[0] ?? 0) * budget),
    movesDensity: recipe.expanded.rounds.some(
      ({ redistribute }) => redistribute.use !== BASE_RECIPE.redistribute,
    ),
    startRemaining: fractions.flat().reduce((rest, fraction) => rest * (1 - fraction), 1),
  };
}

function updateClocks({ trigger }: Recipe, length: RunLength): Clock[] {
  const clocks: Clock[] = [];
  for (let step = 0; step < length.totalSteps; step++) {
    const clock = clockAt(length, step, clocks.length);
    if (callStrategy(trigger, { step }, () => trigger.strategy.due(clock))) clocks.push(clock);
  }
  return clocks;
}

function fractionOf(drop: Recipe['rounds'][number]['drop'], clock: Clock): number {
  return callStrategy(drop, { step: clock.step }, () => drop.strategy.fraction(clock));
}

function intervalOf(clocks: readonly Clock[]): UpdateForecast['interval'] {
  if (clocks.length < 2) return null;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 1; i < clocks.length; i++) {
    const gap = clocks[i]!.step - clocks[i - 1]!.step;
    min = Math.min(min, gap);
    max = Math.max(max, gap);
  }
  return { min, max };
}
