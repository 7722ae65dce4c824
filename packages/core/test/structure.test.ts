import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import standard from '../../../plugins/standard/src/index.js';
import { clockAt, planStart, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import {
  API_VERSION,
  definePlugin,
  type PruneCriterion,
  type Recipe,
  type RecipeSpec,
  type Structure,
  strategy,
} from '../src/index.js';

/** Positions 2k and 2k + 1 are active together or not at all. */
const pairs: Structure = {
  fit: (_layer, count) => count - (count % 2),
  place: (_layer, count) => Uint32Array.from({ length: count }, (_, i) => i),
  keep(layer, scores, count) {
    const best = [...layer.active.keys()]
      .filter((i) => layer.active[i]! % 2 === 0)
      .sort((a, b) => scores[b]! + scores[b + 1]! - (scores[a]! + scores[a + 1]!));
    const kept = best.slice(0, Math.floor(count / 2));
    return Uint32Array.from(kept.flatMap((i) => [i, i + 1])).sort();
  },
  grow(_layer, { positions, scores }, count) {
    const best = [...positions.keys()]
      .filter((i) => positions[i]! % 2 === 0)
      .sort((a, b) => scores[b]! + scores[b + 1]! - (scores[a]! + scores[a + 1]!));
    const grown = best.slice(0, Math.floor(count / 2));
    return Uint32Array.from(grown.flatMap((i) => [positions[i]!, positions[i]! + 1])).sort();
  },
};

function recipeWith(structure: Partial<Structure>, overrides: RecipeSpec = {}): Recipe {
  const plugin = definePlugin({
    name: 'acme-plugin',
    api: API_VERSION,
    strategies: [
      strategy(
        'structure',
        'acme/pairs',
        {},
        { useFactory: () => ({ ...pairs, ...structure }) },
        { summary: 'Pairs.' },
      ),
    ],
  });
  return recipeOf({
    plugins: [standard, plugin],
    method: 'static',
    overrides: {
      structure: 'acme/pairs',
      drop: { use: 'constant', dropFraction: 0.5 },
      regrow: 'gradient',
      ...overrides,
    },
  });
}

const layer = () =>
  rowLayer('fc/kernel', [1, 1, 0, 0, 1, 1, 0, 0], [1, 2, 0, 0, 5, 0.1, 0, 0], {
    gradient: [0, 0, 3, 1, 0, 0, 2, 2.5],
  });

describe('a structure', () => {
  it('keeps and grows in core’s place, by the scores of the recipe’s criteria', () => {
    const { plan } = planUpdate(recipeWith({}), [layer()]);
    expect([...plan.layers[0]!.pruned]).toEqual([0, 1]);
    expect([...plan.layers[0]!.grown]).toEqual([6, 7]);
    expect(plan.layers[0]!.removed).toBe(2);
  });

  it('may leave the budget short, never over', () => {
    const { plan } = planUpdate(recipeWith({}), [layer()], { budget: 5 });
    expect(plan.layers[0]!.nonZerosAfter).toBe(4);
    expect(plan.budget).toBe(5);
  });

  it('keeps its invariant whatever the scores', () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), value, value, value, value), { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (cells, dropFraction) => {
          const mask = cells.flatMap(([on]) => [Number(on), Number(on)]);
          const weights = cells.flatMap(([, a, b]) => [a, b]);
          const gradient = cells.flatMap(([, , , a, b]) => [a, b]);
          const one = rowLayer('fc/kernel', mask, weights, { gradient });
          const { plan } = planUpdate(recipeWith({}, { drop: { use: 'constant', dropFraction } }), [one], {
            floors: [0],
          });
          one.apply(plan.layers[0]!.change);
          for (let p = 0; p < mask.length; p += 2) expect(one.mask[p]).toBe(one.mask[p + 1]);
          expect(one.active.length).toBe(mask.reduce((n, on) => n + on, 0));
        },
      ),
    );
  });

  it('places the start, for as many weights as fit', async () => {
    const descriptions = [{ name: 'fc/kernel', kind: 'dense', shape: [5, 3] }] as const;
    const start = await planStart(recipeWith({}), descriptions, { density: 7 / 15 });
    expect([...start.layers[0]!.active]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(start).toMatchObject({ allocated: [7], budget: 6, targetBudget: 7 });
  });

  it.each<[Partial<Structure>, RegExp]>([
    [{ keep: () => Uint32Array.of(0, 1, 2) }, /structure "acme\/pairs".*kept 3 weights; at most 2/],
    [{ keep: () => Uint32Array.of(1, 0) }, /kept 2 weights; at most 2 ascending indices below 4/],
    [{ keep: () => Uint32Array.of(4) }, /kept 1 weights; at most 2 ascending indices below 4/],
    [{ grow: () => Uint32Array.of(2, 3, 6) }, /grew 3 weights of 2/],
    [{ grow: () => Uint32Array.of(4) }, /grew positions that are no candidates/],
    [{ grow: () => [2] as never }, /a Uint32Array or Float64Array of positions is due/],
  ])('is named where it breaks its contract %#', (bad, message) => {
    expect(() => planUpdate(recipeWith(bad), [layer()], { clock: clockAt(7) })).toThrow(message);
  });

  it('is named where nothing fits', async () => {
    const descriptions = [{ name: 'fc/kernel', kind: 'dense', shape: [5, 3] }] as const;
    const recipe = recipeWith({ fit: () => 0 });
    await expect(planStart(recipe, descriptions, { density: 0.5 })).rejects.toThrow(
      /structure "acme\/pairs" of acme-plugin in layer "fc\/kernel" fits 0 weights where 8 were allocated/,
    );
  });

  it('goes with one regrow criterion and pruning first', () => {
    expect(() => recipeWith({}, { regrow: ['gradient', 'random'] as never })).toThrow(
      /a single regrow criterion/,
    );
    expect(() => recipeWith({}, { order: 'regrow-prune' })).toThrow(/the order "prune-regrow"/);
  });
});

describe('a prune criterion that cascades', () => {
  const cascading = (cascade: PruneCriterion['cascade'], overrides: RecipeSpec = {}) => {
    const prune = {
      score: (view) => view.weights.map(Math.abs),
      ...(cascade && { cascade }),
    } satisfies PruneCriterion;
    const plugin = definePlugin({
      name: 'acme-plugin',
      api: API_VERSION,
      strategies: [
        strategy('prune', 'acme/cascade', {}, { useFactory: () => prune }, { summary: 'Cascades.' }),
      ],
    });
    return recipeOf({
      plugins: [standard, plugin],
      method: 'static',
      overrides: {
        prune: 'acme/cascade',
        drop: { use: 'constant', dropFraction: 0.25 },
        regrow: 'gradient',
        ...overrides,
      },
    });
  };

  it('takes more away once every layer shows what it kept, and core regrows that too', () => {
    const seen: number[][] = [];
    const recipe = cascading((layers) => {
      seen.push(...layers.map(({ active }) => [...active]));
      return layers.map(({ active }) => active.slice(0, 1));
    });
    const { plan } = planUpdate(recipe, [layer(), layer()]);
    expect(seen).toEqual([
      [0, 1, 4],
      [0, 1, 4],
    ]);
    expect(plan.layers.map(({ removed }) => removed)).toEqual([2, 2]);
    expect([...plan.layers[0]!.pruned]).toEqual([0, 5]);
    expect([...plan.layers[0]!.grown]).toEqual([2, 7]);
  });

  it.each<[PruneCriterion['cascade'], RegExp]>([
    [() => [], /cascaded in 0 layers of 1/],
    [() => [Uint32Array.of(3)], /cascaded to positions that are not active/],
    [() => [Uint32Array.of(4, 0)], /cascaded to positions that are not active, or do not ascend/],
  ])('is named where it breaks its contract %#', (cascade, message) => {
    expect(() => planUpdate(cascading(cascade), [layer()])).toThrow(message);
  });

  it('has no time for it where the regrowth comes first', () => {
    const recipe = cascading((layers) => layers.map(() => new Uint32Array(0)), { order: 'regrow-prune' });
    expect(() => planUpdate(recipe, [layer()])).toThrow(/"regrow-prune" leaves no time for/);
  });
});
