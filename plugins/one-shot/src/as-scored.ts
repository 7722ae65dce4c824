import { strategy, valuesAt } from '@espalier/core';

/** The weights of the dense network, at the positions that are left of it. */
export const asScored = strategy(
  'weights',
  'as-scored',
  { dense: 'he' },
  {
    useFactory: ({ dense }, services) => {
      const whole = services.strategy('weights', dense);
      return {
        // The oracle asks for all positions: what it is told can't come from itself.
        weights: (layer, positions, context) =>
          positions.length === layer.size
            ? whole.weights(layer, positions, context)
            : valuesAt(context.oracle.weights(layer), positions),
      };
    },
  },
  {
    summary:
      'What a dense network starts with, at the positions that are left of it, so that scores hold for the weights that train.',
    options: { dense: 'the initialiser of the dense network' },
  },
);
