import { type Redistributor, strategy } from '@espalier/core';
import { byShare, meanAbsolute, type Statistic } from './by-share.js';

const MAGNITUDE: Statistic = {
  name: 'mean absolute weight',
  of: ({ layer }) => meanAbsolute(layer.weights),
};

/** Layers regrow in proportion to the mean absolute value of the weights that they kept. */
export const magnitude = strategy(
  'redistribute',
  'magnitude',
  {},
  {
    useFactory: (): Redistributor => ({
      distribute: (sites, total, context) => byShare(MAGNITUDE, sites, total, context),
    }),
  },
  {
    summary: 'In proportion to the mean absolute value of the weights that the layer kept.',
    paper: 'as an alternative in the code of Dettmers, Zettlemoyer, 2019, arXiv 1907.04840',
  },
);
