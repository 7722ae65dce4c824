import { type LayerView, type Redistributor, strategy } from '@espalier/core';
import { oneOf } from '../options/checks.js';
import { byShare, meanAbsolute, type Statistic } from './by-share.js';

/** Layers regrow in proportion to their mean absolute gradient. */
export const meanGradient = strategy(
  'redistribute',
  'mean-gradient',
  { over: 'active' },
  {
    useFactory: ({ over }): Redistributor => {
      const statistic: Statistic = {
        name: 'mean absolute gradient',
        of: ({ layer }) =>
          over === 'all' ? meanEverywhere(layer) : meanAbsolute(layer.signal('gradient', layer.before)),
      };
      return {
        needs: ['gradient'],
        distribute: (sites, total, context) => byShare(statistic, sites, total, context),
      };
    },
  },
  {
    summary: "In proportion to the layer's mean absolute gradient.",
    options: { over: 'active: of its weights before pruning; all: of every position' },
    paper: 'as compared in Sundar, Dwaraknath, 2021, arXiv 2103.15767',
    check: ({ over }) => oneOf('over', over, ['active', 'all']),
  },
);

function meanEverywhere(layer: LayerView): number {
  let total = 0;
  layer.scan('gradient', (_first, values) => {
    for (let i = 0; i < values.length; i++) total += Math.abs(values[i]!);
  });
  return total / layer.size;
}
