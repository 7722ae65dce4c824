import standard from '@espalier/plugin-standard';
import { describe, expect, it } from 'vitest';
import { clockAt, recipeOf } from '../../../test/support/pipeline.js';
import ggr from '../src/index.js';

const recipe = (options: object = {}) =>
  recipeOf({ plugins: [standard, ggr], method: { use: 'ggr', ...options } });

describe('the recipe of GGR', () => {
  it('is what is documented', () => {
    expect(recipe().expanded).toMatchObject({
      method: 'ggr',
      allocate: { use: 'erk' },
      trigger: { use: 'step-interval', updateInterval: null, updateEnd: 0.75 },
      skipOptimizerStep: true,
      minDensity: 0.1,
      accumulate: 1,
      regrowPruned: 'keep',
      slots: { use: 'zero' },
      rounds: [
        {
          drop: { use: 'cosine', dropFraction: 0.3, minimum: 0, updateEnd: 0.75 },
          prune: { use: 'magnitude' },
          pruneQuota: { use: 'per-layer' },
          redistribute: { use: 'global-rank', by: 'gradient', normalise: 'none', over: 'candidates' },
          regrow: [
            { choice: { use: 'gradient' }, share: 0 },
            { choice: { use: 'random' }, share: 0.1, spread: 'by-count' },
          ],
        },
      ],
    });
  });

  it('follows its options', () => {
    const made = recipe({ staircase: true, dropFraction: 0.2, accumulate: 8, pruneQuota: 'global' });
    expect(made.expanded).toMatchObject({
      accumulate: 8,
      rounds: [
        {
          drop: { use: 'staircase', of: { use: 'cosine', dropFraction: 0.2 } },
          pruneQuota: { use: 'global' },
        },
      ],
    });
    expect(made.rounds[0]!.drop.strategy.fraction(clockAt(150))).toBe(
      recipe({ dropFraction: 0.2 }).rounds[0]!.drop.strategy.fraction(clockAt(100)),
    );
  });

  it('is ablated by one line', () => {
    const made = recipeOf({ plugins: [standard, ggr], method: 'ggr', overrides: { regrow: 'random' } });
    expect(made.expanded.rounds[0]!.regrow).toEqual([
      { choice: { use: 'random' }, share: 0, spread: 'by-count' },
    ]);
    expect(made.rounds[0]!.redistribute.name).toBe('global-rank');
  });

  it.each([
    [{ randomShare: 1.5 }, /regrow: shares must lie in \[0, 1\]/],
    [{ randomSpread: 'evenly' }, /spread "evenly" is not known/],
    [{ normalise: 'max' }, /normalise is "max", but must be one of none, meanAbs, weightScale/],
    [{ over: 'some' }, /over is "some"/],
    [{ pruneQuota: 'globl' }, /Did you mean "global"/],
    [{ minDensity: 2 }, /minDensity is 2/],
    [{ accumulate: 0 }, /accumulate is 0/],
    [{ droppFraction: 0.3 }, /method "ggr" has no option "droppFraction".*Did you mean "dropFraction"/],
  ])('refuses %j', (options, message) => {
    expect(() => recipe(options)).toThrow(message);
  });
});
