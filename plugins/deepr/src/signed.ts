import { strategy } from '@espalier/core';
import { PAPER } from './paper.js';
import { Signs } from './signs.js';

/** The sizes of another initialiser's weights, each with its position's sign. */
export const signed = strategy(
  'weights',
  'signed',
  { size: 'he' },
  {
    useFactory: ({ size }, services) => {
      const signs = new Signs(services.run.seed);
      const sizes = services.strategy('weights', size);
      return {
        weights(layer, positions, context) {
          const signOf = signs.of(layer);
          return sizes
            .weights(layer, positions, context)
            .map((weight, i) => Math.abs(weight) * signOf(positions[i]!));
        },
      };
    },
  },
  {
    summary:
      'The absolute values of another initialiser, each with the sign that its position keeps for the whole run.',
    options: { size: 'the other initialiser' },
    paper: PAPER,
  },
);
