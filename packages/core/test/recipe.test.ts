import {
  BASE_RECIPE,
  createRecipe,
  definePlugin,
  type ExpandedRecipe,
  type ExpandedRound,
  expandRecipe,
  method,
  type RecipeSpec,
  Registry,
  updateNeeds,
  updateStrategies,
} from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { errorOf } from './support/expect-error.js';
import { probePlugin } from './support/probe-plugin.js';

const registry = new Registry().add(probePlugin);
const probe = (overrides?: RecipeSpec) => expandRecipe(registry, 'probe', overrides);
const invalid = (overrides: object) =>
  errorOf('ESPALIER_INVALID_CONFIG', () => probe(overrides as RecipeSpec)).explanation;

describe('an expanded recipe', () => {
  it('has the base recipe where the method says nothing', () => {
    const { rounds, ...recipe } = expandRecipe(registry, 'bare');
    expect(recipe).toEqual({
      method: 'bare',
      allocate: { use: 'erk' },
      topology: { use: 'uniform' },
      weights: { use: 'he' },
      trigger: { use: 'never' },
      densitySchedule: { use: 'constant' },
      grownValue: { use: 'zeros' },
      hook: null,
      structure: null,
      backward: null,
      order: 'prune-regrow',
      regrowPruned: 'keep',
      skipOptimizerStep: false,
      slots: { use: 'zero' },
      minDensity: 0,
      accumulate: 1,
      imposedDensity: null,
    });
    expect(rounds).toEqual([
      {
        drop: { use: 'constant', dropFraction: 0.3 },
        prune: { use: 'magnitude' },
        pruneQuota: { use: 'per-layer' },
        redistribute: { use: 'identity' },
        regrow: [{ choice: { use: 'random' }, share: 0, spread: 'by-count' }],
      },
    ]);
  });

  it('spells out what the method chose, with its options and the defaults of others', () => {
    const recipe = expandRecipe(registry, { use: 'probe', dropFraction: 0.2 });
    expect(recipe.trigger).toEqual({ use: 'every', steps: 4, from: 0 });
    expect(recipe.rounds[0]!.drop).toEqual({ use: 'cosine', dropFraction: 0.2, updateEnd: 0.75 });
    expect(recipe.rounds[0]!.regrow).toEqual([
      { choice: { use: 'gradient', sharpness: 1 }, share: 0, spread: 'by-count' },
      { choice: { use: 'random' }, share: 0.25, spread: 'by-count' },
    ]);
    expect(recipe).toMatchObject({ skipOptimizerStep: true, minDensity: 0.1 });
  });

  it('round-trips through JSON, and its strategies can be made from what was read back', () => {
    const recipe = probe({ slots: 'seed', hook: 'noise', rounds: [{}, { drop: { dropFraction: 0.1 } }] });
    const read: ExpandedRecipe = JSON.parse(JSON.stringify(recipe));
    expect(read).toEqual(recipe);
    expect(createRecipe(registry, read).rounds).toHaveLength(2);
  });

  it('expands to itself when it is given as overrides: every choice has every option already', () => {
    const recipe = probe({ hook: 'noise', slots: 'seed' });
    const { method: _, rounds, ...slots } = recipe;
    const [{ regrow, ...round }] = rounds as [ExpandedRound];
    const entries = regrow.map(({ choice, share, spread }, i) =>
      i === 0 ? choice : { ...choice, share, spread },
    );
    expect(probe({ ...slots, ...round, regrow: entries })).toEqual(recipe);
  });
});

describe('an override', () => {
  it('replaces one slot and leaves all others', () => {
    const { rounds, ...others } = probe({ regrow: 'random' });
    const { rounds: before, ...othersBefore } = probe();
    expect(others).toEqual(othersBefore);
    expect(rounds).toEqual([
      { ...before[0], regrow: [{ choice: { use: 'random' }, share: 0, spread: 'by-count' }] },
    ]);
  });

  it("without `use` changes options of the method's choice", () => {
    expect(probe({ trigger: { from: 3 } }).trigger).toEqual({ use: 'every', steps: 4, from: 3 });
  });

  it('with `use` starts from the defaults of what it names', () => {
    expect(probe({ drop: { use: 'cosine', updateEnd: 0.5 } }).rounds[0]!.drop).toEqual({
      use: 'cosine',
      dropFraction: 0.3,
      updateEnd: 0.5,
    });
  });

  it('without `use` must name options that the choice has', () => {
    expect(errorOf('ESPALIER_UNKNOWN_OPTION', () => probe({ trigger: { step: 3 } })).explanation).toContain(
      'trigger "every" has no option "step". Did you mean "steps"?',
    );
  });

  it('without `use` adjusts no list of regrow criteria, which has no one choice', () => {
    expect(
      errorOf('ESPALIER_INVALID_OPTION', () => probe({ regrow: { sharpness: 2 } as never })).explanation,
    ).toContain('names no strategy');
  });

  it('of undefined changes nothing', () => {
    expect(probe({ regrow: undefined, order: undefined } as unknown as RecipeSpec)).toEqual(probe());
  });

  it('can set a hook, adjust one and take it away', () => {
    expect(probe({ hook: 'noise' }).hook).toEqual({ use: 'noise', sigma: 0.1 });
    expect(probe({ hook: null }).hook).toBeNull();
  });

  it('of a slot that does not exist is an error with the nearest', () => {
    expect(invalid({ regow: 'random' })).toContain('"regow", which does not exist. Did you mean "regrow"?');
  });

  it('is not mistaken in a method either', () => {
    const careless = definePlugin({
      name: 'acme',
      api: 1,
      methods: [
        method('acme/typo', {}, () => ({ regow: 'random' }) as RecipeSpec, { summary: 'For tests.' }),
      ],
    });
    const { explanation } = errorOf('ESPALIER_INVALID_CONFIG', () =>
      expandRecipe(new Registry().add(probePlugin).add(careless), 'acme/typo'),
    );
    expect(explanation).toContain('method "acme/typo" has a slot or switch "regow"');
  });
});

describe('a method', () => {
  it('must be named', () => {
    expect(
      errorOf('ESPALIER_INVALID_OPTION', () => expandRecipe(registry, { dropFraction: 0.1 })).explanation,
    ).toBe('The method names none; say which by "use".');
  });

  it('that is unknown is an error with the nearest', () => {
    expect(errorOf('ESPALIER_UNKNOWN_METHOD', () => expandRecipe(registry, 'prob')).explanation).toContain(
      'Did you mean "probe"?',
    );
  });

  it('refuses options that it does not have, and values of the wrong type', () => {
    expect(
      errorOf('ESPALIER_UNKNOWN_OPTION', () => expandRecipe(registry, { use: 'probe', stps: 1 })).explanation,
    ).toContain('method "probe" has no option "stps". Did you mean "steps"?');
    errorOf('ESPALIER_INVALID_OPTION', () => expandRecipe(registry, { use: 'probe', steps: 'four' }));
  });

  it('refuses a strategy that is unknown in its slot, though another slot has the name', () => {
    errorOf('ESPALIER_UNKNOWN_STRATEGY', () => probe({ prune: 'random' }));
  });
});

describe('a list of regrow criteria', () => {
  it('takes names and choices with shares and spreads', () => {
    const { regrow } = probe({
      regrow: ['random', { use: 'gradient', sharpness: 2, share: 0.5, spread: 'by-room' }, 'random'],
    }).rounds[0]!;
    expect(regrow).toEqual([
      { choice: { use: 'random' }, share: 0, spread: 'by-count' },
      { choice: { use: 'gradient', sharpness: 2 }, share: 0.5, spread: 'by-room' },
      { choice: { use: 'random' }, share: 0, spread: 'by-count' },
    ]);
  });

  it('may give all away: shares that sum to 1', () => {
    const shares = [0.1, 0.2, 0.7].map((share) => ({ use: 'random', share }));
    expect(probe({ regrow: ['gradient', ...shares] }).rounds[0]!.regrow).toHaveLength(4);
  });

  it.each([
    ['shares above 1 in all', ['random', { use: 'random', share: 0.6 }, { use: 'random', share: 0.5 }]],
    ['a share above 1', ['random', { use: 'random', share: 1.5 }]],
    ['a share below 0', ['random', { use: 'random', share: -0.1 }]],
    ['a share that is no number', ['random', { use: 'random', share: 'half' }]],
    ['a share that is NaN', ['random', { use: 'random', share: Number.NaN }]],
  ])('refuses %s', (_, regrow) => {
    expect(invalid({ regrow })).toContain('shares must lie in [0, 1] and sum to at most 1');
  });

  it('refuses a share or spread on the first entry, which gets the rest', () => {
    expect(invalid({ regrow: [{ use: 'random', share: 0.5 }, 'gradient'] })).toContain('first entry');
    expect(invalid({ regrow: [{ use: 'random', spread: 'drawn' }] })).toContain('first entry');
  });

  it('refuses an unknown spread, listing those there are', () => {
    expect(invalid({ regrow: ['random', { use: 'random', share: 0.1, spread: 'wide' }] })).toContain(
      'Known: by-count, by-room, drawn',
    );
  });

  it('refuses to be empty', () => {
    expect(invalid({ regrow: [] })).toContain('at least one criterion');
  });
});

describe('rounds', () => {
  it('replace slots each for itself and share the others', () => {
    const { rounds } = probe({
      rounds: [{ drop: { dropFraction: 0.1 } }, { pruneQuota: 'to-budget', regrow: 'random' }],
    });
    const [base] = probe().rounds;
    expect(rounds).toEqual([
      { ...base, drop: { use: 'cosine', dropFraction: 0.1, updateEnd: 0.75 } },
      {
        ...base,
        pruneQuota: { use: 'to-budget' },
        regrow: [{ choice: { use: 'random' }, share: 0, spread: 'by-count' }],
      },
    ]);
  });

  it('refuse slots that are not theirs', () => {
    expect(invalid({ rounds: [{ trigger: 'never' }] })).toContain(
      'a round of the recipe has a slot or switch "trigger"',
    );
  });

  it.each([[[]], ['twice'], [2]])('must be a list with an entry, not %j', (rounds) => {
    expect(invalid({ rounds })).toContain('rounds is');
  });
});

describe('a switch', () => {
  it.each([
    [{ order: 'regrow-first' }, 'order is "regrow-first".', 'prune-regrow, regrow-prune'],
    [{ regrowPruned: 'restrat' }, 'regrowPruned is "restrat". Did you mean "restart"?', 'keep'],
    [{ skipOptimizerStep: 'yes' }, 'skipOptimizerStep is "yes"', 'true or false'],
    [{ slots: 'zeros' }, 'slots is "zeros". Did you mean "zero"?', 'layerMean'],
    [{ slots: { use: 'seed' } }, '"seed" needs a finite number "scale"', 'factor'],
    [{ slots: { use: 'seed', scale: Number.POSITIVE_INFINITY } }, 'finite number "scale"', 'factor'],
    [{ minDensity: -0.1 }, 'minDensity is -0.1', '[0, 1]'],
    [{ minDensity: 1.1 }, 'minDensity is 1.1', '[0, 1]'],
    [{ minDensity: '0.1' }, 'minDensity is 0.1', '[0, 1]'],
    [{ accumulate: 0 }, 'accumulate is 0', 'at least 1'],
    [{ accumulate: 1.5 }, 'accumulate is 1.5', 'at least 1'],
  ])('refuses %j, saying what may stand there', (overrides, found, allowed) => {
    expect(invalid(overrides)).toContain(found);
    expect(invalid(overrides)).toContain(allowed);
  });

  it('of slots is spelled out as a policy', () => {
    expect(probe({ slots: 'layerMean' }).slots).toEqual({ use: 'layerMean' });
    expect(probe({ slots: 'seed' }).slots).toEqual({ use: 'seed', scale: 1 });
    expect(probe({ slots: { use: 'seed', scale: -2 } }).slots).toEqual({ use: 'seed', scale: -2 });
  });

  it('of the base recipe is one of those that are allowed', () => {
    expect(BASE_RECIPE).toMatchObject({ order: 'prune-regrow', regrowPruned: 'keep', slots: 'zero' });
  });
});

describe('the strategies of a recipe', () => {
  it('are asked in the order of the slots, round by round, the step hook last', () => {
    const recipe = createRecipe(registry, probe({ hook: 'noise', rounds: [{}, { regrow: 'random' }] }));
    const round = ['drop', 'prune', 'pruneQuota', 'redistribute'];
    expect(updateStrategies(recipe).map(({ slot }) => slot)).toEqual(
      ['trigger', ...round, 'regrow', 'regrow', ...round, 'regrow', 'grownValue', 'hook'].flat(),
    );
  });

  it('need the gradient where grown weights start with a multiple of it', () => {
    const needs = updateNeeds(createRecipe(registry, probe({ slots: 'seed' })));
    expect([...needs]).toEqual([['gradient', 'slots "seed"']]);
    expect(updateNeeds(createRecipe(registry, probe())).size).toBe(0);
  });
});

it('a method whose recipe throws is named', () => {
  const broken = method('acme/broken', {}, () => fail('no such moon'), { summary: 'Broken.' });
  const registry = new Registry().add(definePlugin({ name: 'acme', api: 1, methods: [broken] }));
  expect(() => expandRecipe(registry, 'acme/broken')).toThrow(
    /ESPALIER_STRATEGY_THREW.*method "acme\/broken" threw: no such moon/,
  );
});

function fail(message: string): never {
  throw new Error(message);
}
