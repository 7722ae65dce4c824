import standard from '@espalier/plugin-standard';
import { expect, it } from 'vitest';
import { planUpdate, recipeOf } from './support/pipeline.js';
import { rowLayer } from './support/row-layer.js';

it.each(['prune-regrow', 'regrow-prune'] as const)('floors hold in the order %s', (order) => {
  const recipe = recipeOf({
    plugins: [standard],
    method: 'static',
    overrides: {
      order,
      drop: { dropFraction: 0.5 },
      pruneQuota: 'global',
      redistribute: 'global-rank',
      regrow: 'gradient',
    },
  });
  // The first layer has the smallest weights and the smallest gradients: left alone, it would end empty.
  const layers = [
    rowLayer('small', [1, 1, 0, 0], [0.1, 0.1, 0, 0], { gradient: [0, 0, 0, 0] }),
    rowLayer('large', [1, 1, 0, 0], [1, 1, 0, 0], { gradient: [9, 9, 9, 9] }),
  ];
  const { plan } = planUpdate(recipe, layers, { floors: [1, 1] });
  expect(plan.layers.map(({ nonZerosAfter }) => nonZerosAfter)).toEqual([1, 3]);
});
