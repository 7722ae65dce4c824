import { strategy } from '@espalier/core';

/** |w| with a little noise, so that chance decides between equal weights and not their positions. */
export const noisyMagnitude = strategy(
  'prune',
  'noisy-magnitude',
  { standardDeviation: 0.00001 },
  {
    useFactory: ({ standardDeviation }) => ({
      score(layer, context) {
        const noise = context.random('noise', layer);
        const scores = new Float64Array(layer.weights.length);
        for (let i = 0; i < scores.length; i++) {
          scores[i] = Math.abs(layer.weights[i]!) + standardDeviation * noise.normal();
        }
        return scores;
      },
    }),
  },
  {
    summary: 'The smallest absolute weights leave, after noise that decides between equal ones.',
    options: { standardDeviation: 'of the noise, not negative' },
    paper: 'as in the code of Evci et al., 2020, arXiv 1911.11134',
    check: ({ standardDeviation }) =>
      standardDeviation >= 0
        ? undefined
        : `standardDeviation is ${standardDeviation}, but must not be negative.`,
  },
);
