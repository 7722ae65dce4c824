import { newPositions, sampleOutside, strategy } from '@espalier/core';

/** Positions drawn uniformly without replacement. */
export const uniform = strategy(
  'topology',
  'uniform',
  {},
  {
    useFactory: () => ({
      place: (layer, count, context) =>
        sampleOutside(layer.size, newPositions(layer.size, 0), count, context.random('positions', layer)),
    }),
  },
  { summary: 'Positions drawn uniformly without replacement.' },
);
