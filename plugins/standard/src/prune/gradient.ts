import { type LayerView, strategy } from '@espalier/core';
import { notNegative } from '../options/checks.js';

/** |g|: the weights with the smallest gradients leave. */
export const gradient = strategy(
  'prune',
  'gradient',
  {},
  {
    useFactory: () => ({
      needs: ['gradient'],
      score: (layer) => scores(layer, (_w, g) => Math.abs(g)),
    }),
  },
  { summary: 'The weights with the smallest absolute gradients leave.' },
);

/** |w g|: the weights whose removal changes the loss least, to first order, leave. */
export const saliency = strategy(
  'prune',
  'saliency',
  {},
  {
    useFactory: () => ({
      needs: ['gradient'],
      score: (layer) => scores(layer, (w, g) => Math.abs(w * g)),
    }),
  },
  {
    summary: 'The weights with the smallest absolute weight x gradient leave.',
    paper: 'Molchanov et al., 2017, arXiv 1611.06440; Lee, Ajanthan, Torr, 2019, arXiv 1810.02340',
  },
);

/** |w| + lambda |g|. */
export const magnitudeGradient = strategy(
  'prune',
  'magnitude-gradient',
  { lambda: 0.01 },
  {
    useFactory: ({ lambda }) => ({
      needs: ['gradient'],
      score: (layer) => scores(layer, (w, g) => Math.abs(w) + lambda * Math.abs(g)),
    }),
  },
  {
    summary: 'The weights with the smallest |weight| + lambda x |gradient| leave.',
    options: { lambda: 'how much the gradient counts, not negative' },
    paper: 'Yuan et al., MEST, 2021, arXiv 2110.14032',
    check: ({ lambda }) => notNegative('lambda', lambda),
  },
);

// Doubles: products of small weights and gradients would be 0, and tied, in single precision.
function scores(layer: LayerView, score: (weight: number, gradient: number) => number): Float64Array {
  const { active, weights } = layer;
  const gradients = layer.signal('gradient', active);
  const values = new Float64Array(active.length);
  for (let i = 0; i < values.length; i++) values[i] = score(weights[i]!, gradients[i]!);
  return values;
}
