import { ceilCount, type LayerView, type PruneQuota, strategy, sum } from '@espalier/core';

/** Above this density a layer that is to gain has too little room to lose a full share. */
const NEARLY_DENSE = 0.8;

/** The drop fraction of every layer, eased where a nearly dense layer has more momentum than most. */
export const momentumRate = strategy(
  'pruneQuota',
  'momentum-rate',
  {},
  {
    useFactory: (): PruneQuota => ({
      needs: ['momentum'],
      quota(sites, { dropFraction }) {
        const means = sites.map(({ layer }) => meanMomentum(layer));
        const mean = sum(means) / sites.length;
        return sites.map(({ layer }, i) => {
          const { size, active } = layer;
          const eased = active.length > NEARLY_DENSE * size && means[i]! > mean;
          const rate = eased ? Math.min(1 - active.length / size, dropFraction) : dropFraction;
          return ceilCount(rate * active.length);
        });
      },
    }),
  },
  {
    summary:
      'The drop fraction of every layer, rounded up; no more than its sparsity where a layer is over 80 % dense and has more than a mean share of momentum.',
    paper: 'Dettmers, Zettlemoyer, 2019, arXiv 1907.04840',
  },
);

function meanMomentum(layer: LayerView): number {
  const values = layer.signal('momentum', layer.active);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]!);
  return total / Math.max(1, values.length);
}
