import {
  apportion,
  countLargestAcross,
  type Redistributor,
  reserveFloors,
  strategy,
  sum,
} from '@espalier/core';
import { needsOf, PAPER, SAMPLE_DEFAULTS, SAMPLE_OPTIONS, sampleComplaint, sampling } from './options.js';
import { sampleOf } from './sample.js';

/** As many as the layer has of the largest gradients in all layers' samples. */
export const sampledRank = strategy(
  'redistribute',
  'sampled-rank',
  SAMPLE_DEFAULTS,
  {
    useFactory: (given): Redistributor => {
      const options = sampling(given);
      return {
        needs: needsOf(options),
        distribute(sites, total, context) {
          if (total === 0) return sites.map(() => 0);
          const lists = sites.map(({ layer }) => sampleOf(layer, options, context).scores);
          const winners = countLargestAcross(lists, total);
          // Where the samples hold fewer than the total, the rest goes where winners are.
          const won = Math.max(1, sum(winners));
          return apportion(
            winners.map((n) => (n * total) / won),
            total,
            { floors: reserveFloors(sites, total).counts, caps: sites.map(({ room }) => room) },
          );
        },
      };
    },
  },
  {
    summary:
      'As many as the layer has of the largest gradients in the samples of all layers together; never a dense gradient.',
    options: SAMPLE_OPTIONS,
    paper: PAPER,
    check: sampleComplaint,
  },
);
