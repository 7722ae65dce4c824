import { type PruneCriterion, strategy } from '@espalier/core';
import { deadLinks } from './cascade.js';
import { gumbelKey } from './gumbel.js';
import { CHTS } from './paper.js';

/** Small weights leave, and with them the links of units that have no input or no output left. */
export const chainMagnitude = strategy(
  'prune',
  'chain-magnitude',
  { keep: 'largest', powerStart: 1, powerEnd: 3 },
  {
    useFactory: ({ keep, powerStart, powerEnd }): PruneCriterion => ({
      score(layer, context) {
        if (keep === 'largest') return layer.weights.map(Math.abs);
        const power = powerStart + (powerEnd - powerStart) * (context.step / context.totalSteps);
        const random = context.random('keep', layer);
        return Float64Array.from(layer.weights, (weight) =>
          gumbelKey(power * Math.log(Math.abs(weight)), random),
        );
      },
      cascade: deadLinks,
    }),
  },
  {
    summary:
      'Small weights leave, then the links of units that have no input or no output left, through all layers.',
    options: {
      keep: 'largest: the largest weights stay; sampled: those that stay are drawn in proportion to a power of |w|',
      powerStart: 'the power when the run begins',
      powerEnd: 'the power when it ends, reached along a line',
    },
    paper: CHTS,
    check({ keep, powerStart, powerEnd }) {
      if (!(powerStart > 0 && powerEnd > 0)) {
        return `powerStart and powerEnd are ${powerStart} and ${powerEnd}, but must be above 0.`;
      }
      return ['largest', 'sampled'].includes(keep)
        ? undefined
        : `keep is "${keep}", but must be largest or sampled.`;
    },
  },
);
