import { strategy } from '@espalier/core';
import { PAPER } from './paper.js';
import { Signs } from './signs.js';

/** The parameter theta = sign x weight: negative where the weight has changed sign. */
export const agreement = strategy(
  'prune',
  'sign-agreement',
  {},
  {
    useFactory: (_options, services) => {
      const signs = new Signs(services.run.seed);
      return {
        score(layer) {
          const signOf = signs.of(layer);
          const { active, weights } = layer;
          const scores = new Float32Array(weights.length);
          for (let i = 0; i < scores.length; i++) scores[i] = weights[i]! * signOf(active[i]!);
          return scores;
        },
      };
    },
  },
  {
    summary: 'The weight times the sign of its position: negative where it has changed sign.',
    paper: PAPER,
  },
);
