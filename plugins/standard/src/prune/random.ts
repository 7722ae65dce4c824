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
        const scores = new Float64Array(layer.active.length);
        for (let i = 0; i < scores.length; i++) scores[i] = stream.uniform();
        return scores;
      },
    }),
  },
  { summary: 'Weights leave at random.' },
);
