import {
  type CommittedUpdate,
  floorCount,
  type PruneQuota,
  type Site,
  strategy,
  type UpdateContext,
} from '@espalier/core';
import { CHT } from './paper.js';

/** The same share of every layer, until what a layer regrows is what it just lost. */
export const untilOverlap = strategy(
  'pruneQuota',
  'until-overlap',
  { overlap: 0.9 },
  { useFactory: ({ overlap }) => new UntilOverlap(overlap) },
  {
    summary:
      'The drop fraction of every layer; a layer that regrew mostly what it had just lost is left alone from then on.',
    options: {
      overlap:
        'share of the regrown that had just been pruned, above which a layer is left alone; 1 leaves none',
    },
    paper: CHT,
    check: ({ overlap }) =>
      overlap >= 0 && overlap <= 1 ? undefined : `overlap is ${overlap}, but must lie in [0, 1].`,
  },
);

class UntilOverlap implements PruneQuota {
  /** Names of the layers that are left alone. */
  state: readonly string[] = [];
  readonly #overlap: number;

  constructor(overlap: number) {
    this.#overlap = overlap;
  }

  quota(sites: readonly Site[], { dropFraction }: UpdateContext): number[] {
    return sites.map(({ layer, scores }) =>
      this.state.includes(layer.name) ? 0 : floorCount(dropFraction * scores.length),
    );
  }

  committed({ layers }: CommittedUpdate): void {
    const settled = layers.filter(({ layer, grown, returned }) => {
      const regrown = grown.length + returned.length;
      return !this.state.includes(layer.name) && returned.length > this.#overlap * regrown;
    });
    if (settled.length > 0) this.state = [...this.state, ...settled.map(({ layer }) => layer.name)];
  }
}
