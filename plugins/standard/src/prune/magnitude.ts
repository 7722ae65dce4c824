import { strategy } from '@espalier/core';

/** Absolute values; a loop, as a callback per weight costs more than all else in an update. */
function absolute(weights: Float32Array): Float32Array {
  const scores = new Float32Array(weights.length);
  for (let i = 0; i < scores.length; i++) scores[i] = Math.abs(weights[i]!);
  return scores;
}

/** |w|: the smallest weights leave. */
export const magnitude = strategy(
  'prune',
  'magnitude',
  {},
  { useFactory: () => ({ score: ({ weights }) => absolute(weights) }) },
  { summary: 'The smallest absolute weights leave.' },
);

/** |w| among the positive weights and among the others apart: the smallest positive and the largest negative leave. */
export const signedMagnitude = strategy(
  'prune',
  'signed-magnitude',
  {},
  {
    useFactory: () => ({
      score: ({ weights }) => absolute(weights),
      groups: ({ weights }) => Uint32Array.from(weights, (w) => (w > 0 ? 1 : 0)),
    }),
  },
  {
    summary: 'The smallest positive weights leave, and as large a share of the others: those nearest to 0.',
    paper: 'Mocanu et al., 2018, arXiv 1707.04780',
  },
);
