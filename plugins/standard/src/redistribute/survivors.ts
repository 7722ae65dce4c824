import { type Redistributor, strategy } from '@espalier/core';
import { byShare, type Statistic } from './by-share.js';

const SURVIVORS: Statistic = { name: 'number of weights kept', of: ({ layer }) => layer.active.length };

/** Layers regrow in proportion to how many weights they kept. */
export const survivors = strategy(
  'redistribute',
  'survivors',
  {},
  {
    useFactory: (): Redistributor => ({
      distribute: (sites, total, context) => byShare(SURVIVORS, sites, total, context),
    }),
  },
  {
    summary: 'In proportion to how many weights the layer kept, up to its room and no less than its floor.',
    paper: 'Mostafa, Wang, DSR, 2019, arXiv 1902.05967',
  },
);
