import {
  countLargestAcross,
  EspalierError,
  type Scores,
  type StartContext,
  type StartOracle,
  selectLargest,
} from '@espalier/core';

/**
 * Scores every position of every layer before training; the largest stay.
 * @param density - of what is to stay, over all layers
 */
export type Scoring = (context: StartContext, density: number) => Promise<readonly Scores[]>;

// An allocator and a topology are strategies of their own: what one has scored the other finds by the oracle they share.
const remembered = new WeakMap<StartOracle, Map<string, Promise<readonly Scores[]>>>();

/**
 * The scores of a network; computed once per start, whoever asks.
 * @param key - says which scoring with which options
 * @throws EspalierError ESPALIER_NOT_FINITE where one is not finite
 */
export function scoresOf(
  key: string,
  scoring: Scoring,
  context: StartContext,
  density: number,
): Promise<readonly Scores[]> {
  const known = remembered.get(context.oracle) ?? new Map<string, Promise<readonly Scores[]>>();
  remembered.set(context.oracle, known);
  const found = known.get(key) ?? scoring(context, density).then((scores) => checked(key, context, scores));
  known.set(key, found);
  return found;
}

function checked(key: string, { layers }: StartContext, scores: readonly Scores[]): readonly Scores[] {
  for (const [i, { name }] of layers.entries()) {
    const odd = scores[i]!.findIndex((score) => !Number.isFinite(score));
    if (odd < 0) continue;
    throw new EspalierError(
      'ESPALIER_NOT_FINITE',
      `${key}: the score of position ${odd} of layer "${name}" is ${scores[i]![odd]}; products of weights overflow in deep networks without normalisation.`,
    );
  }
  return scores;
}

/** How many of the largest scores lie in each layer, the best of each layer first, so that none is empty. */
export function countsOf(scores: readonly Scores[], total: number): number[] {
  const first = scores.map((list) => {
    const [best] = selectLargest(list, 1);
    return Float64Array.from(list, (score, i) => (i === best ? Number.POSITIVE_INFINITY : score));
  });
  return countLargestAcross(first, total);
}
