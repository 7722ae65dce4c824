import {
  definePlugin,
  newPositions,
  pick,
  type StartContext,
  type StructureContext,
  selectLargest,
  strategy,
} from '@espalier/core';
import standard from '@espalier/plugin-standard';
import { describe, expect, it } from 'vitest';
import { planStart, planUpdate, recipeOf } from './support/pipeline.js';
import { rowLayer } from './support/row-layer.js';

const layers = [
  { name: 'a', kind: 'dense', shape: [4, 3] },
  { name: 'b', kind: 'dense', shape: [6, 4] },
  { name: 'c', kind: 'dense', shape: [2, 2] },
] as const;

describe('What strategies are told', () => {
  it('at the start: the layers that are not kept dense', async () => {
    let seen: StartContext | undefined;
    const curious = definePlugin({
      name: 'test-curious',
      api: 1,
      strategies: [
        strategy(
          'topology',
          'curious',
          {},
          {
            useFactory: () => ({
              place(_layer, count, context) {
                seen = context;
                return newPositions(count, count).map((_, i) => i);
              },
            }),
          },
          { summary: 'The first positions.' },
        ),
      ],
    });
    const recipe = recipeOf({
      plugins: [standard, curious],
      method: 'static',
      overrides: { topology: 'curious' },
    });
    await planStart(recipe, layers, { density: 0.5, keepDense: ['b'] });
    expect(seen!.layers.map(({ name, index }) => [name, index])).toEqual([
      ['a', 0],
      ['c', 1],
    ]);
  });

  it('as a structure: its share of the present budget, and all layers', () => {
    const seen: StructureContext[] = [];
    const structure = definePlugin({
      name: 'test-structure',
      api: 1,
      strategies: [
        strategy(
          'structure',
          'recording',
          {},
          {
            useFactory: () => ({
              fit: (_layer, count) => count,
              place: (layer, count) => newPositions(layer.size, count),
              keep(_layer, scores, count, context) {
                seen.push(context);
                return selectLargest(scores, count);
              },
              grow: (_layer, { positions, scores }, count) => pick(positions, selectLargest(scores, count)),
            }),
          },
          { summary: 'Any topology.' },
        ),
      ],
    });
    const recipe = recipeOf({
      plugins: [standard, structure],
      method: 'static',
      overrides: { structure: 'recording', drop: { dropFraction: 0.5 } },
    });
    const network = [
      rowLayer('a', [1, 1, 1, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0, 0]),
      rowLayer('b', [1, 1, 1, 1, 0, 0, 0], [1, 2, 3, 4, 0, 0, 0]),
    ];
    planUpdate(recipe, network, { budget: 9 });
    expect(seen.map(({ share }) => share)).toEqual([3, 5]);
    expect(seen[0]!.layers.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('when they regrow: which of some positions are candidates', () => {
    const seen: number[][] = [];
    const criterion = definePlugin({
      name: 'test-criterion',
      api: 1,
      strategies: [
        strategy(
          'regrow',
          'looking',
          {},
          {
            useFactory: () => ({
              propose(layer, count) {
                seen.push([...layer.candidatesAmong(Uint32Array.from([0, 2, 3, 5]))]);
                return layer.sample(count);
              },
            }),
          },
          { summary: 'Candidates drawn uniformly.' },
        ),
      ],
    });
    for (const regrowPruned of ['keep', 'never'] as const) {
      const recipe = recipeOf({
        plugins: [standard, criterion],
        method: 'static',
        overrides: { regrow: 'looking', drop: { dropFraction: 0.5 }, regrowPruned },
      });
      planUpdate(recipe, [rowLayer('a', [1, 1, 1, 1, 0, 0], [1, 2, 3, 4, 0, 0])]);
    }
    expect(seen).toEqual([[0, 5], [5]]);
  });
});
