import { type Redistributor, strategy } from '@espalier/core';
import { byShare, meanAbsolute, type Statistic } from './by-share.js';

// Over the weights that were active before pruning: shares are to say where training moves, not what was kept.
const MOMENTUM: Statistic = {
  name: 'mean absolute momentum',
  of: ({ layer }) => meanAbsolute(layer.signal('momentum', layer.before)),
};

/** Layers regrow in proportion to the mean absolute momentum of their weights. */
export const momentum = strategy(
  'redistribute',
  'momentum',
  {},
  {
    useFactory: (): Redistributor => ({
      needs: ['momentum'],
      distribute: (sites, total, context) => byShare(MOMENTUM, sites, total, context),
    }),
  },
  {
    summary: "In proportion to the mean absolute momentum of the layer's weights before pruning.",
    paper: 'Dettmers, Zettlemoyer, Sparse Networks from Scratch, 2019, arXiv 1907.04840',
  },
);
