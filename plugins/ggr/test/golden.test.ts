import standard from '@espalier/plugin-standard';
import { describe, expect, it } from 'vitest';
import { givenScores } from '../../../test/support/given-scores.js';
import { golden, goldenCase } from '../../../test/support/golden.js';
import { clockAt, planUpdate, recipeOf } from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import ggr from '../src/index.js';

const sorted = (...lists: readonly (Iterable<number> | readonly number[])[]) =>
  lists.flatMap((list) => [...list]).sort((a, b) => a - b);

describe('GGR agrees with the golden case', () => {
  const cases = golden('12_ggr').filter(({ id }) => id !== 'initial-density-is-forgotten');

  it.each(cases)('$id', ({ input, expected }) => {
    const names: string[] = input.masks.map((_: unknown, i: number) => `layer${i}`);
    const layers = names.map((name, i) =>
      rowLayer(name, input.masks[i], input.weights[i], { gradient: input.gradients[i] }),
    );
    const scores = Object.fromEntries(names.map((name, i) => [name, input.randomScores?.[i] ?? []]));
    const recipe = recipeOf({
      plugins: [standard, ggr, givenScores(scores)],
      method: {
        use: 'ggr',
        dropFraction: input.fraction,
        pruneQuota: input.pruneScope ?? 'per-layer',
        normalise: input.normalise ?? 'none',
        regrowPruned: input.excludeJustPruned ? 'never' : 'keep',
        minDensity: 0,
      },
      overrides: { regrow: ['gradient', { use: 'given-scores', share: input.randomShare }] },
    });
    const options = input.floors === undefined ? {} : { floors: input.floors };
    const { plan, reported } = planUpdate(recipe, layers, options);

    expect(plan.layers.map(({ removed }) => removed)).toEqual(expected.removed);
    expect(plan.layers.map(({ grown, returned }) => grown.length + returned.length)).toEqual(expected.counts);
    expect(plan.layers.map(({ grown, returned }) => sorted(grown, returned))).toEqual(
      expected.gradientPicks.map((picks: number[], i: number) => sorted(picks, expected.randomPicks[i])),
    );
    expect(plan.layers.map(({ change }) => [...change.grown])).toEqual(expected.stateReset);
    expect(plan.layers.map(({ change }) => [...change.pruned])).toEqual(expected.stateCleared);
    expect(reported.some(({ kind }) => kind === 'exclusion-waived')).toBe(expected.exclusionWaived);

    for (const [i, { change }] of plan.layers.entries()) layers[i]!.apply(change);
    expect(layers.map(({ mask }) => mask)).toEqual(expected.masks);
    expect(layers.map(({ values }) => values)).toEqual(
      expected.weights.map((w: number[]) => [...Float32Array.from(w)]),
    );
    expect(layers.map(({ active }) => active.length)).toEqual(expected.nonzerosAfter);
  });

  it('half-random, random places alone', () => {
    const { input, expected } = goldenCase('12_ggr', 'half-random');
    const names: string[] = input.masks.map((_: unknown, i: number) => `layer${i}`);
    const at = (share: number) => {
      const scores = Object.fromEntries(names.map((name, i) => [name, input.randomScores[i]]));
      const recipe = recipeOf({
        plugins: [standard, ggr, givenScores(scores)],
        method: { use: 'ggr', dropFraction: input.fraction, minDensity: 0 },
        overrides: { regrow: ['gradient', { use: 'given-scores', share }] },
      });
      const layers = names.map((name, i) =>
        rowLayer(name, input.masks[i], input.weights[i], { gradient: input.gradients[i] }),
      );
      return planUpdate(recipe, layers).plan.layers.map(({ grown, returned }) => sorted(grown, returned));
    };
    const mixed = at(input.randomShare);
    for (const [i, picks] of expected.gradientPicks.entries()) {
      // The strongest come from the gradient whatever the share; what is left over is the random part.
      expect(at(0)[i]).toEqual(expect.arrayContaining(picks));
      expect(mixed[i]!.filter((p) => !picks.includes(p))).toEqual(expected.randomPicks[i]);
    }
  });

  it('initial-density-is-forgotten', () => {
    const { input, expected } = goldenCase('12_ggr', 'initial-density-is-forgotten');
    const totalSteps = input.T / 0.75;
    const { rounds } = recipeOf({
      plugins: [standard, ggr],
      method: { use: 'ggr', dropFraction: input.alpha },
    });
    let counts: number[] = input.start;
    let startWeight = 1;
    let first: number[] | undefined;
    for (let step = 0; step < input.T; step += input.interval) {
      const f = rounds[0]!.drop.strategy.fraction(clockAt(step, { totalSteps }));
      counts = counts.map((n, i) => (1 - f) * n + f * input.total * input.shares[i]);
      startWeight *= 1 - f;
      first ??= counts;
    }
    for (const [i, n] of first!.entries()) expect(n).toBeCloseTo(expected.afterFirst[i], 9);
    for (const [i, n] of counts.entries()) expect(n).toBeCloseTo(expected.final[i], 9);
    expect(startWeight).toBeCloseTo(expected.startWeight, 9);
  });
});
