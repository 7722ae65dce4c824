import {
  type CommittedUpdate,
  floorCount,
  groupSizes,
  type PruneQuota,
  type Scores,
  type Site,
  strategy,
  sum,
} from '@espalier/core';

/** Every weight below a threshold that doubles or halves until updates prune about as many as wanted. */
export const adaptiveThreshold = strategy(
  'pruneQuota',
  'adaptive-threshold',
  { threshold: 0.001, prunedWeights: null, tolerance: 0.1 },
  {
    useFactory: ({ threshold, prunedWeights, tolerance }) =>
      new AdaptiveThreshold(threshold, prunedWeights as number | null, tolerance),
  },
  {
    summary:
      'Every weight that scores below a threshold, which doubles or halves until updates prune about as many as wanted; never the whole of a layer.',
    options: {
      threshold: 'scores below it leave in the first update, above 0',
      prunedWeights: 'how many weights an update is to prune; null takes the drop fraction of all',
      tolerance: 'relative distance from that number at which the threshold stays, in [0, 1)',
    },
    paper: 'Mostafa, Wang, 2019, arXiv 1902.05967',
    check: ({ threshold, prunedWeights, tolerance }) => {
      if (!(threshold > 0)) return `threshold is ${threshold}, but must be above 0.`;
      if (!(tolerance >= 0 && tolerance < 1)) return `tolerance is ${tolerance}, but must lie in [0, 1).`;
      if (prunedWeights === null || (Number.isInteger(prunedWeights) && (prunedWeights as number) >= 1))
        return undefined;
      return `prunedWeights is ${JSON.stringify(prunedWeights)}, but must be null or a whole number of at least 1.`;
    },
  },
);

class AdaptiveThreshold implements PruneQuota {
  state: { readonly threshold: number };
  readonly #wanted: number | null;
  readonly #tolerance: number;

  constructor(threshold: number, wanted: number | null, tolerance: number) {
    this.state = { threshold };
    this.#wanted = wanted;
    this.#tolerance = tolerance;
  }

  quota(sites: readonly Site[]): (number | number[])[] {
    return sites.map((site) => countBelow(site, this.state.threshold));
  }

  /** The count of the update just done moves the threshold of the next. */
  committed({ layers, dropFraction }: CommittedUpdate): void {
    const removed = sum(layers.map((layer) => layer.removed));
    const before = sum(layers.map(({ nonZerosBefore }) => nonZerosBefore));
    const wanted = this.#wanted ?? floorCount(dropFraction * before);
    const { threshold } = this.state;
    if (removed > (1 + this.#tolerance) * wanted) this.state = { threshold: threshold / 2 };
    else if (removed < (1 - this.#tolerance) * wanted) this.state = { threshold: threshold * 2 };
  }
}

/** Where all weights of a layer would leave, the best one stays: an empty layer passes no signal. */
function countBelow({ scores, groups }: Site, threshold: number): number | number[] {
  const counts = groups === undefined ? [0] : groupSizes(groups).fill(0);
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! < threshold) counts[groups?.[i] ?? 0]!++;
  }
  if (scores.length > 0 && sum(counts) === scores.length) counts[groups?.[indexOfBest(scores)] ?? 0]!--;
  return groups === undefined ? counts[0]! : counts;
}

function indexOfBest(scores: Scores): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}
