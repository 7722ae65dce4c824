import {
  apportion,
  Ranking,
  type Redistributor,
  rankAcross,
  reserveFloors,
  type Signal,
  type Site,
  strategy,
  sum,
} from '@espalier/core';
import { firstOf, oneOf } from '../options/checks.js';
import { NORMALISATIONS, type Normalisation, scales } from './scale.js';

/** Layers regrow as many as they have of the strongest candidates anywhere. */
export const globalRank = strategy(
  'redistribute',
  'global-rank',
  { by: 'gradient', normalise: 'none', over: 'candidates' },
  {
    useFactory: ({ by, normalise, over }): Redistributor => ({
      needs: [by],
      distribute(sites, total, context) {
        const reserve = reserveFloors(sites, total).counts;
        const scale = scales(sites, by, normalise as Normalisation);
        if (over === 'all') {
          const winners = strongestAnywhere(sites, by, context.budget, scale);
          return apportion(
            winners.map((n) => (n * total) / context.budget),
            total,
            { floors: reserve, caps: sites.map(({ room }) => room) },
          );
        }
        const counts = rankAcross(sites, by, total, normalise === 'none' ? { reserve } : { reserve, scale });
        // Where every candidate is taken there is no choice to speak of.
        const choice = total < sum(sites.map(({ room }) => room));
        const silent = choice ? countSilent(sites, by, counts) : 0;
        if (silent > 0) {
          context.report('zero-signal', {
            message: `${silent} of ${total} places went to positions whose ${by} is 0; such ties favour early layers`,
          });
        }
        return counts;
      },
    }),
  },
  {
    summary:
      'As many as the layer has of the strongest candidates of all layers together; floors come first.',
    options: {
      by: 'the signal that ranks',
      normalise:
        'none; meanAbs: divide by the mean of the layer off its weights; weightScale: multiply by the root mean square of its weights',
      over: 'candidates; all: in proportion to how many of the strongest positions, active ones included, the layer has',
    },
    paper: 'Parger et al., 2022, arXiv 2210.14012',
    check: ({ normalise, over }) =>
      firstOf(oneOf('normalise', normalise, NORMALISATIONS), oneOf('over', over, ['candidates', 'all'])),
  },
);

/** How many of the strongest positions lie in each layer, whether or not they hold a weight. */
function strongestAnywhere(
  sites: readonly Site[],
  signal: Signal,
  winners: number,
  scale: readonly number[],
): number[] {
  const ranking = new Ranking(winners, sites.length);
  for (const [i, { layer }] of sites.entries()) {
    layer.scan(signal, (_first, values) => {
      for (let k = 0; k < values.length; k++) ranking.add(i, Math.abs(values[k]!) * scale[i]!);
    });
  }
  return ranking.counts();
}

function countSilent(sites: readonly Site[], signal: Signal, counts: readonly number[]): number {
  let silent = 0;
  for (const [i, { layer }] of sites.entries()) {
    const { scores } = layer.strongest(signal, counts[i]!);
    for (let k = 0; k < scores.length; k++) if (scores[k] === 0) silent++;
  }
  return silent;
}
