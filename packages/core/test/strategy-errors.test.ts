import { describe, expect, it } from 'vitest';
import standard from '../../../plugins/standard/src/index.js';
import {
  clockAt,
  type PlanOptions,
  planStart,
  planUpdate,
  recipeOf,
} from '../../../test/support/pipeline.js';
import { rowLayer } from '../../../test/support/row-layer.js';
import {
  API_VERSION,
  budgetAt,
  definePlugin,
  EspalierError,
  type LayerDescription,
  type RecipeSpec,
  type Slot,
  type Slots,
  strategy,
} from '../src/index.js';

/** A composition in which one slot is filled by a plugin's bad strategy. */
function recipeWith<S extends Slot>(slot: S, bad: unknown, overrides: RecipeSpec = {}) {
  const plugin = definePlugin({
    name: 'acme-plugin',
    api: API_VERSION,
    strategies: [
      strategy(slot, 'acme/bad', {}, { useFactory: () => bad as Slots[S] }, { summary: 'Misbehaves.' }),
    ],
  });
  return recipeOf({
    plugins: [standard, plugin],
    method: 'static',
    overrides: { drop: { use: 'constant', dropFraction: 0.5 }, ...overrides, [slot]: 'acme/bad' },
  });
}

const layers = () => [
  rowLayer('fc1/kernel', [1, 1, 0, 0, 0], [1, 2, 0, 0, 0], { gradient: [1, 2, 3, 4, 5] }),
  rowLayer('fc2/kernel', [1, 1, 1, 0], [1, 2, 3, 0], { gradient: [1, 2, 3, 4] }),
];

/** The error of an update at step 7 with a bad strategy. */
function updateError<S extends Slot>(
  slot: S,
  bad: unknown,
  overrides: RecipeSpec = {},
  options: PlanOptions = {},
): Promise<EspalierError> {
  return errorOf(() =>
    planUpdate(recipeWith(slot, bad, overrides), layers(), { clock: clockAt(7), ...options }),
  );
}

const DESCRIPTIONS: readonly LayerDescription[] = [
  { name: 'fc1/kernel', kind: 'dense', shape: [5, 4] },
  { name: 'fc2/kernel', kind: 'dense', shape: [4, 3] },
];

/** The error of a start with a bad strategy. */
function startError<S extends Slot>(slot: S, bad: unknown): Promise<EspalierError> {
  return errorOf(() => planStart(recipeWith(slot, bad), DESCRIPTIONS, { density: 0.5 }));
}

async function errorOf(act: () => unknown): Promise<EspalierError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** A slot, what fills it badly, and what the message must say. */
type Case = readonly [slot: Slot, bad: unknown, what: string];

const fail = () => {
  throw new RangeError('out of cheese');
};

describe('a strategy that throws', () => {
  it.each<Case>([
    ['drop', { fraction: fail }, 'drop "acme/bad" of acme-plugin at step 7'],
    ['prune', { score: fail }, 'prune "acme/bad" of acme-plugin in layer "fc1/kernel" at step 7'],
    [
      'prune',
      { score: () => new Float32Array(2), groups: fail },
      'prune "acme/bad" of acme-plugin in layer "fc1/kernel" at step 7',
    ],
    ['pruneQuota', { quota: fail }, 'pruneQuota "acme/bad" of acme-plugin at step 7'],
    ['redistribute', { distribute: fail }, 'redistribute "acme/bad" of acme-plugin at step 7'],
    ['regrow', { propose: fail }, 'regrow "acme/bad" of acme-plugin in layer "fc1/kernel" at step 7'],
    ['grownValue', { value: fail }, 'grownValue "acme/bad" of acme-plugin in layer "fc1/kernel" at step 7'],
  ])('is named: %s', async (slot, bad, where) => {
    const error = await updateError(slot, bad);
    expect(error.code).toBe('ESPALIER_STRATEGY_THREW');
    expect(error.explanation).toBe(`${where} threw: out of cheese`);
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  it.each<Case>([
    ['allocate', { allocate: fail }, 'allocate "acme/bad" of acme-plugin'],
    ['topology', { place: fail }, 'topology "acme/bad" of acme-plugin in layer "fc1/kernel"'],
    ['weights', { weights: fail }, 'weights "acme/bad" of acme-plugin in layer "fc1/kernel"'],
  ])('is named at the start: %s', async (slot, bad, where) => {
    const error = await startError(slot, bad);
    expect(error.code).toBe('ESPALIER_STRATEGY_THREW');
    expect(error.explanation).toBe(`${where} threw: out of cheese`);
  });

  it('keeps a coded error of its own', async () => {
    const own = new EspalierError('ESPALIER_INFEASIBLE_BUDGET', 'there is no cheese');
    const quota = () => {
      throw own;
    };
    expect(await updateError('pruneQuota', { quota })).toBe(own);
  });

  it('is named where it can not even be made', async () => {
    const plugin = definePlugin({
      name: 'acme-plugin',
      api: API_VERSION,
      strategies: [strategy('prune', 'acme/bad', {}, { useFactory: fail }, { summary: 'Misbehaves.' })],
    });
    const error = await errorOf(() =>
      recipeOf({ plugins: [standard, plugin], method: 'static', overrides: { prune: 'acme/bad' } }),
    );
    expect(error.message).toMatch(
      /ESPALIER_STRATEGY_THREW\] prune "acme\/bad" of acme-plugin could not be made: out of cheese/,
    );
  });
});

const proposal = (positions: readonly number[], scores: readonly number[] = positions.map(() => 0)) => ({
  positions: Uint32Array.from(positions),
  scores: Float32Array.from(scores),
});

describe('a strategy whose result its contract rules out', () => {
  const atFc1 = 'of acme-plugin in layer "fc1/kernel" at step 7';

  it.each<Case>([
    ['drop', { fraction: () => 1.5 }, 'drop "acme/bad" of acme-plugin gave the fraction 1.5 at step 7'],
    ['drop', { fraction: () => Number.NaN }, 'gave the fraction NaN at step 7'],
    ['drop', { fraction: () => undefined }, 'gave the fraction undefined at step 7'],
    ['prune', { score: () => new Float32Array(3) }, `prune "acme/bad" ${atFc1} returned 3 scores for 2`],
    [
      'prune',
      { score: () => [1, 2] },
      `${atFc1} returned Array; a Float32Array or Float64Array of scores is due`,
    ],
    ['prune', { score: () => new Int32Array(2) }, `${atFc1} returned Int32Array; a Float32Array`],
    ['prune', { score: () => undefined }, `prune "acme/bad" ${atFc1}`],
    ['prune', { score: () => Float32Array.of(1, Number.NaN) }, 'scored the weight at position 1 NaN'],
    [
      'prune',
      { score: () => new Float32Array(2), groups: () => new Uint32Array(1) },
      `prune "acme/bad" ${atFc1} returned 1 group indices for 2 active weights`,
    ],
    [
      'prune',
      { score: () => new Float32Array(2), groups: () => Uint32Array.of(0, 4e9) },
      `prune "acme/bad" ${atFc1} put a weight into group 4000000000; group indices are below 256 here`,
    ],
    ['pruneQuota', { quota: () => [1] }, 'pruneQuota "acme/bad" of acme-plugin at step 7 returned 1 quotas'],
    ['pruneQuota', { quota: () => undefined }, 'pruneQuota "acme/bad" of acme-plugin at step 7'],
    ['pruneQuota', { quota: () => [3, 1] }, `pruneQuota "acme/bad" ${atFc1} wants to prune 3 of 2 active`],
    ['pruneQuota', { quota: () => [0.5, 1] }, 'wants to prune 0.5 of 2'],
    ['pruneQuota', { quota: () => [-1, 1] }, 'wants to prune -1 of 2'],
    ['pruneQuota', { quota: () => [undefined, 1] }, `pruneQuota "acme/bad" ${atFc1}`],
    ['redistribute', { distribute: () => [2] }, 'at step 7 returned 1 counts for 2 layers'],
    ['redistribute', { distribute: () => undefined }, 'redistribute "acme/bad" of acme-plugin at step 7'],
    ['redistribute', { distribute: () => [1, 0] }, 'gave out 1 weights of 2'],
    [
      'redistribute',
      { distribute: () => [5, 0] },
      `redistribute "acme/bad" ${atFc1} gave 5 weights to a layer`,
    ],
    [
      'redistribute',
      { distribute: () => [1.5, 0.5] },
      `${atFc1} gave 1.5 weights to a layer with room for 4`,
    ],
    ['redistribute', { distribute: () => [Number.NaN, 2] }, 'gave NaN weights'],
    ['regrow', { propose: () => proposal([]) }, `regrow "acme/bad" ${atFc1} proposed 0 positions; 1 are due`],
    ['regrow', { propose: () => undefined }, `regrow "acme/bad" ${atFc1}`],
    ['regrow', { propose: () => proposal([2, 3], [1]) }, 'proposed 2 positions with 1 scores'],
    ['regrow', { propose: () => proposal([2], [Number.NaN]) }, 'scored position 2 NaN'],
    ['regrow', { propose: () => proposal([1]) }, 'proposed position 1, which is no candidate'],
    ['regrow', { propose: () => proposal([3, 2]) }, 'proposed positions that do not ascend, at 2'],
    ['regrow', { propose: () => proposal([2, 2]) }, 'proposed positions that do not ascend, at 2'],
    ['regrow', { propose: () => proposal([9]) }, 'proposed position 9 of a layer with 5 positions'],
    [
      'grownValue',
      { value: () => new Float32Array(0) },
      `grownValue "acme/bad" ${atFc1} returned 0 values for 1 grown weights`,
    ],
    ['grownValue', { value: () => undefined }, `grownValue "acme/bad" ${atFc1}`],
    ['grownValue', { value: () => Float32Array.of(Number.NaN) }, 'or one not finite'],
  ])('is named: %s %#', async (slot, bad, what) => {
    const overrides: RecipeSpec =
      slot === 'grownValue' ? { regrow: 'gradient', regrowPruned: 'never' } : { regrow: 'gradient' };
    const error = await updateError(slot, bad, overrides);
    expect(error.code).toBe('ESPALIER_STRATEGY_RESULT');
    expect(error.explanation).toContain(what);
    expect(error.explanation).toContain('acme');
  });

  it('is named where it breaks a floor that the total could serve', async () => {
    const distribute = () => [2, 0];
    const error = await updateError('redistribute', { distribute }, {}, { floors: [1, 3] });
    expect(error.code).toBe('ESPALIER_STRATEGY_RESULT');
    expect(error.explanation).toContain(
      'in layer "fc2/kernel" at step 7 gave 0 weights to a layer that keeps 2 and must not fall below 3',
    );
  });

  it('is named where groups do not get as many quotas', async () => {
    const overrides = { prune: 'signed-magnitude' };
    const error = await updateError('pruneQuota', { quota: () => [[1], [1]] }, overrides);
    expect(error.explanation).toContain('"fc1/kernel" at step 7 returned 1 quotas for 2 groups');
    const greedy = await updateError(
      'pruneQuota',
      {
        quota: () => [
          [0, 3],
          [0, 0],
        ],
      },
      overrides,
    );
    expect(greedy.explanation).toContain('wants to prune 3 of 2 active weights of group 1');
  });

  it.each<Case>([
    [
      'allocate',
      { allocate: () => [8] },
      'allocate "acme/bad" of acme-plugin returned 1 counts for 2 layers',
    ],
    ['allocate', { allocate: () => undefined }, 'allocate "acme/bad" of acme-plugin'],
    ['allocate', { allocate: () => [16, 0] }, 'gave layer "fc2/kernel" 0 weights; it holds 1 to 12'],
    ['allocate', { allocate: () => [3, 13] }, 'gave layer "fc2/kernel" 13 weights'],
    ['allocate', { allocate: () => [8.5, 7.5] }, 'gave layer "fc1/kernel" 8.5 weights'],
    ['allocate', { allocate: () => [8, 7] }, 'gave 15 weights in all; the budget is 16'],
    ['topology', { place: () => Uint32Array.of(1, 2) }, 'in layer "fc1/kernel" placed 2 weights'],
    ['topology', { place: () => undefined }, 'topology "acme/bad" of acme-plugin in layer "fc1/kernel"'],
    ['topology', { place: (_: unknown, n: number) => new Uint32Array(n) }, 'ascending positions below 20'],
    ['topology', { place: (_: unknown, n: number) => new Uint32Array(n).map((_, i) => 15 + i) }, 'below 20'],
    ['weights', { weights: () => new Float32Array(1) }, 'in layer "fc1/kernel" returned 1 values'],
    ['weights', { weights: () => undefined }, 'weights "acme/bad" of acme-plugin in layer "fc1/kernel"'],
    [
      'weights',
      { weights: (_: unknown, p: Uint32Array) => new Float32Array(p.length).fill(Number.NaN) },
      'finite ones are due',
    ],
  ])('is named at the start: %s %#', async (slot, bad, what) => {
    const error = await startError(slot, bad);
    expect(error.code).toBe('ESPALIER_STRATEGY_RESULT');
    expect(error.explanation).toContain(what);
    expect(error.explanation).toContain('acme-plugin');
  });

  it('is named where a density leaves (0, 1]', async () => {
    const recipe = recipeWith('densitySchedule', { density: () => 0 });
    const start = await planStart(recipe, DESCRIPTIONS, { density: 0.5 });
    const error = await errorOf(() => budgetAt(recipe, start, clockAt(7)));
    expect(error.message).toMatch(
      /ESPALIER_STRATEGY_RESULT\] densitySchedule "acme\/bad" of acme-plugin gave the density 0 at step 7/,
    );
  });
});

describe('a strategy that reads a signal it does not declare', () => {
  const read = (layer: { signal(name: string, p: Uint32Array): Float32Array; active: Uint32Array }) =>
    layer.signal('gradient', layer.active);

  it.each<readonly [Slot, unknown]>([
    ['prune', { score: read }],
    ['prune', { needs: ['momentum'], score: read }],
    [
      'regrow',
      {
        propose: (layer: { strongest: (s: string, n: number) => unknown }) => layer.strongest('gradient', 1),
      },
    ],
    [
      'redistribute',
      {
        distribute: ([site]: { layer: { scan: (s: string, visit: () => void) => void } }[]) =>
          site!.layer.scan('gradient', () => {}),
      },
    ],
  ])('is told to: %s', async (slot, bad) => {
    const error = await updateError(slot, bad);
    expect(error.code).toBe('ESPALIER_UNDECLARED_SIGNAL');
    expect(error.explanation).toMatch(
      new RegExp(`^${slot} "acme/bad" of acme-plugin reads the signal "gradient", but its needs are \\[`),
    );
  });

  it('may read what it declares, whatever ran before', async () => {
    const recipe = recipeWith('prune', { needs: ['gradient'], score: read });
    expect(planUpdate(recipe, layers()).plan.layers).toHaveLength(2);
  });
});

describe('a quota that leaves more than a falling budget', () => {
  it('is told of the quota that would not', async () => {
    const recipe = recipeOf({ plugins: [standard], method: 'static' });
    expect(() => planUpdate(recipe, layers(), { budget: 2, clock: clockAt(7) })).toThrow(
      /ESPALIER_INFEASIBLE_BUDGET.*At step 7 the quota "per-layer" leaves 5 weights, but the budget is 2; the quota "to-budget"/,
    );
  });
});
