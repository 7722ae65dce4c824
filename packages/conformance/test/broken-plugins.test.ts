import { type Check, pluginChecks } from '@espalier/conformance';
import {
  definePlugin,
  type LayerView,
  type MethodDefinition,
  method,
  type Options,
  type RegrowCriterion,
  type Slot,
  type Slots,
  type StrategyDefinition,
  strategy,
} from '@espalier/core';
import { describe, expect, it } from 'vitest';

const about = { summary: 'Breaks the contract.' };

const broken = <S extends Slot>(slot: S, make: () => Slots[S], defaults: Options = {}) =>
  strategy(
    slot,
    'acme/broken',
    defaults,
    { useFactory: make },
    { summary: about.summary, options: Object.fromEntries(Object.keys(defaults).map((key) => [key, key])) },
  );

/** What fails, as `check: message`. */
async function failuresOf(checks: readonly Check[]): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, run } of checks) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  return failures;
}

const pluginOf = (strategies: readonly StrategyDefinition[], methods: readonly MethodDefinition[] = []) =>
  definePlugin({ name: 'acme', api: 1, strategies, methods });

const magnitudes = ({ weights }: LayerView) => weights.map(Math.abs);
let calls = 0;

const cases: readonly (readonly [what: string, strategy: () => StrategyDefinition, finding: RegExp])[] = [
  [
    'Math.random in a regrow criterion',
    () =>
      broken('regrow', () => ({
        propose(layer, count) {
          const { positions } = layer.sample(layer.size);
          return { positions, scores: Float32Array.from(positions, () => Math.random() * count) };
        },
      })),
    /At density 0.02: .*Math.random was called/,
  ],
  [
    'the time in a drop schedule',
    () => broken('drop', () => ({ fraction: () => (Date.now() % 10) / 10 })),
    /Date.now was called/,
  ],
  [
    'today in a grown value',
    () =>
      broken('grownValue', () => ({
        value: (_, positions) => new Float32Array(positions.length).fill(new Date().getDay()),
      })),
    /new Date\(\) was called/,
  ],
  [
    'Math.random after an await in an allocator',
    () =>
      broken('allocate', () => ({
        async allocate(layers, budget, { oracle }) {
          await oracle.gradients();
          return layers.map(() => Math.round(Math.random() * budget));
        },
      })),
    /Math.random was called/,
  ],
  [
    'NaN among prune scores',
    () => broken('prune', () => ({ score: ({ weights }) => weights.map(Math.log) })),
    /keeps its contract.*NaN/,
  ],
  [
    'too few prune scores',
    () => broken('prune', () => ({ score: (layer) => magnitudes(layer).slice(1) })),
    /returned \d+ scores for \d+ active weights/,
  ],
  [
    'too few groups',
    () => broken('prune', () => ({ score: magnitudes, groups: () => new Uint32Array(0) })),
    /0 group indices for/,
  ],
  [
    'weights written to while pruning',
    () => broken('prune', () => ({ score: ({ weights }) => weights.sort() })),
    /score wrote to what it was given: argument \[0\].weights\[\d+\]/,
  ],
  [
    'scores of layer.strongest written to',
    () =>
      broken('regrow', () => ({
        needs: ['gradient'],
        propose(layer, count) {
          const { positions, scores } = layer.strongest('gradient', count);
          return { positions, scores: scores.fill(0) };
        },
      })),
    /A result of layer.strongest was written to/,
  ],
  [
    'a block of layer.scan kept',
    () =>
      broken('regrow', () => ({
        needs: ['gradient'],
        propose(layer) {
          let last = new Float32Array(1);
          layer.scan('gradient', (_, values) => {
            last = values as Float32Array<ArrayBuffer>;
          });
          const { positions } = layer.sample(layer.size);
          return { positions, scores: new Float32Array(positions.length).fill(last[0]!) };
        },
      })),
    /scored position \d+ NaN/,
  ],
  [
    'a signal that is not declared',
    () => broken('regrow', () => ({ propose: (layer, count) => layer.strongest('gradient', count) })),
    /ESPALIER_UNDECLARED_SIGNAL/,
  ],
  [
    'too few proposals',
    () => broken('regrow', () => ({ propose: (layer, count) => layer.sample(count - 1) })),
    /proposed \d+ positions; \d+ are due/,
  ],
  [
    'state that changes while planning',
    () =>
      broken('regrow', () => {
        const criterion: RegrowCriterion & { state: number } = {
          state: 0,
          propose(layer, count) {
            criterion.state++;
            return layer.sample(count);
          },
        };
        return criterion;
      }),
    /propose changed the strategy's state, which only "committed" may: state is 1 for 0/,
  ],
  [
    'memory outside of its state',
    () =>
      broken('grownValue', () => {
        let updates = 0;
        return {
          value: (_, positions) => new Float32Array(positions.length).fill(updates),
          committed: () => {
            updates++;
          },
        };
      }),
    /goes on from its state: .*A new instance given the state goes on differently/,
  ],
  [
    'memory that instances share',
    () =>
      broken('grownValue', () => ({
        value: (_, positions) => new Float32Array(positions.length).fill(calls++),
      })),
    /shares nothing between instances: .*the second differs/,
  ],
  [
    'state that can not be saved',
    () => broken('trigger', () => ({ due: () => false, state: new Map() as never })),
    /state is a Map, which can't be saved/,
  ],
  [
    'state that JSON can not hold',
    () => broken('trigger', () => ({ due: () => false, state: { last: Number.NEGATIVE_INFINITY } })),
    /state.last is -Infinity/,
  ],
  [
    'an allocator that gives out one weight too few',
    () =>
      broken('allocate', () => ({
        allocate: (layers, budget) => {
          const all = layers.reduce((size, layer) => size + layer.size, 0);
          return layers.map(({ size }) => Math.max(1, Math.floor((size * budget) / all)));
        },
      })),
    /gave \d+ weights in all; the budget is/,
  ],
  [
    'a topology that is not ascending',
    () =>
      broken('topology', () => ({
        place: (_, count) => Uint32Array.from({ length: count }, (_, i) => count - i),
      })),
    /ascending positions/,
  ],
  [
    'starting weights for other positions',
    () => broken('weights', () => ({ weights: (layer) => new Float32Array(layer.size) })),
    /returned \d+ values/,
  ],
  [
    'a trigger that counts its calls',
    () =>
      broken('trigger', () => {
        let asked = 0;
        return { due: () => ++asked % 3 === 0 };
      }),
    /depends on the clock alone: Asked in another order, or twice/,
  ],
  [
    'a trigger that gives a number',
    () => broken('trigger', () => ({ due: ({ step }) => (step % 2) as never })),
    /due gave 0 at step 0; true or false is due/,
  ],
  ['a drop fraction above 1', () => broken('drop', () => ({ fraction: () => 1.5 })), /must lie in \[0, 1\]/],
  [
    'a drop fraction that moves after its end',
    () =>
      broken('drop', () => ({ fraction: ({ step, totalSteps }) => step / totalSteps }), { updateEnd: 0.5 }),
    /is constant after updateEnd: The fraction is 0.5 at the end of updates, but .* 1 steps later/,
  ],
  [
    'a density of 0',
    () => broken('densitySchedule', () => ({ density: ({ step }) => (step > 9 ? 0 : 0.5) })),
    /The density is 0 at step 10/,
  ],
  [
    'a quota above what is there',
    () =>
      broken('pruneQuota', () => ({ quota: (sites) => sites.map(({ layer }) => layer.active.length + 1) })),
    /wants to prune/,
  ],
  [
    'a redistributor that keeps weights back',
    () => broken('redistribute', () => ({ distribute: (sites) => sites.map(() => 0) })),
    /gave (out )?0 weights/,
  ],
  [
    'grown values that are not finite',
    () =>
      broken('grownValue', () => ({
        value: (_, positions) => new Float32Array(positions.length).fill(Number.NaN),
      })),
    /or one not finite/,
  ],
  [
    'a hook that leaves weights infinite',
    () => broken('hook', () => ({ afterStep: ({ weights }) => void weights.fill(Number.POSITIVE_INFINITY) })),
    /left (the|a) weight .*Infinity/,
  ],
  [
    'a hook that moves positions',
    () => broken('hook', () => ({ afterStep: ({ active }) => void active.fill(0) })),
    /afterStep wrote to what it was given: argument \[0\].active/,
  ],
  [
    'a structure that grows too much',
    () =>
      broken('structure', () => ({
        fit: (_, count) => count,
        place: (_, count) => Uint32Array.from({ length: count }, (_, i) => i),
        keep: (_, scores) => Uint32Array.from(scores.keys()),
        grow: (_, { positions }) => positions as Uint32Array,
      })),
    /keeps its contract/,
  ],
  [
    'a backward set with active weights in it',
    () => broken('backward', () => ({ trained: ({ active }) => active })),
    /inactive|active/,
  ],
  [
    'a cascade that takes inactive positions',
    () =>
      broken('prune', () => ({
        score: magnitudes,
        cascade: (layers) => layers.map(({ size }) => Uint32Array.of(size)),
      })),
    /keeps its contract/,
  ],
  [
    'an observer that measures by chance',
    () => broken('observe', () => ({ observe: (_, measure) => measure('luck', Math.random()) })),
    /Math.random was called/,
  ],
  [
    'an observer whose probe keeps count across runs',
    () =>
      broken('observe', () => ({
        observe: () => {},
        probe: {
          due: ({ step }) => step % 10 === 0,
          look: (_layers, _clock, measure) => measure('n', calls++),
        },
      })),
    /A second run with the same seed differs/,
  ],
  [
    'a name that YAML reads as something else',
    () => ({ ...broken('trigger', () => ({ due: () => false })), name: 'null' }),
    /needs quotes in YAML/,
  ],
  [
    'an option without a word of explanation',
    () => ({ ...broken('trigger', () => ({ due: () => false }), { every: 3 }), about }),
    /about.options says nothing of "every"/,
  ],
  [
    'defaults that it refuses',
    () => ({
      ...broken('trigger', () => ({ due: () => false })),
      about: { ...about, check: () => 'never right' },
    }),
    /accepts its defaults.*never right/,
  ],
];

describe('a plugin with', () => {
  it.each(cases)('%s is found out', async (_, make, finding) => {
    const failures = await failuresOf(pluginChecks(pluginOf([make()])));
    expect(failures.join('\n')).toMatch(finding);
  });
});

const base = {
  allocate: 'conformance/shares',
  topology: 'conformance/drawn',
  weights: 'conformance/weights',
  trigger: 'conformance/every',
  drop: 'conformance/fraction',
  densitySchedule: 'conformance/drift',
  prune: 'conformance/magnitude',
  pruneQuota: 'conformance/share',
  redistribute: 'conformance/losses',
  regrow: 'conformance/random',
  grownValue: 'conformance/zeros',
};

describe('a method that', () => {
  it('names a strategy which is not there is found out', async () => {
    const recipe = () => ({ ...base, regrow: 'acme/nothing' });
    const failures = await failuresOf(pluginChecks(pluginOf([], [method('acme/method', {}, recipe, about)])));
    expect(failures.join('\n')).toMatch(/accepts its defaults.*no regrow strategy "acme\/nothing"/);
  });

  it('does not learn is found out', async () => {
    const blank = broken('hook', () => ({ afterStep: ({ weights }) => void weights.fill(0) }));
    const recipe = () => ({ ...base, hook: 'acme/broken' });
    const plugin = pluginOf([blank], [method('acme/method', {}, recipe, about)]);
    expect((await failuresOf(pluginChecks(plugin))).join('\n')).toMatch(
      /trains 200 steps.*it must fall by half/,
    );
  });

  it('remembers outside of its state is found out', async () => {
    let steps = 0;
    const forgetful = broken('hook', () => ({
      afterStep: ({ weights }) => {
        steps++;
        for (let i = 0; i < weights.length; i++) weights[i]! *= 1 - 1e-6 * steps;
      },
    }));
    const recipe = () => ({ ...base, hook: 'acme/broken' });
    const plugin = pluginOf([forgetful], [method('acme/method', {}, recipe, about)]);
    expect((await failuresOf(pluginChecks(plugin))).join('\n')).toMatch(
      /goes on from a saved state: Continued from step \d+, step \d+ is another one/,
    );
  });
});

describe('options', () => {
  const plugin = pluginOf([broken('trigger', () => ({ due: () => false }), { every: 3 })]);

  it('leave checks out with a reason, and refuse to leave out what is not there', () => {
    const checks = pluginChecks(plugin, { skip: { 'trigger "acme/broken" goes': 'has none' } });
    expect(checks.filter(({ skipped }) => skipped === 'has none')).toHaveLength(1);
    expect(() => pluginChecks(plugin, { skip: { 'trigger "acme/brokn"': 'why' } })).toThrow(
      /acme has no check that begins with "trigger "acme\/brokn""/,
    );
  });

  it('try other choices, and refuse choices of what is not there', () => {
    const checks = pluginChecks(plugin, { choices: { 'trigger/acme/broken': [{ every: 7 }] } });
    expect(checks.some(({ name }) => name.includes('{"every":7} keeps its contract'))).toBe(true);
    expect(() => pluginChecks(plugin, { choices: { 'trigger/acme': [{}] } })).toThrow(
      /brings no "trigger\/acme". It brings trigger\/acme\/broken/,
    );
  });
});
