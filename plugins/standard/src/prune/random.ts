import { strategy } from '@espalier/core';

/** Any weight may leave: the control that every criterion has to beat. */
export const random = strategy(
  'prune',
  'random',
  {},
  {
    useFactory: () => ({
      score(layer, context) {
        const stream = context.random('score', layer);
        return new Float64Array(layer.active.length).map(() => stream.uniform());
      },
    }),
  },
  { summary: 'Weights leave at random.' },
);
