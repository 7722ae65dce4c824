import { definePlugin, method, type Plugin, Registry, strategy } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { errorOf } from './support/expect-error.js';

const about = { summary: 'For tests.' };
const never = (name: string) =>
  strategy('trigger', name, {}, { useFactory: () => ({ due: () => false }) }, about);
const constantDrop = (name: string) =>
  strategy('drop', name, {}, { useFactory: () => ({ fraction: () => 0 }) }, about);
const empty = (name: string) => method(name, {}, () => ({}), about);
const plugin = (name: string, parts: Partial<Plugin>): Plugin => definePlugin({ name, api: 1, ...parts });

describe('what a registry refuses to register', () => {
  it('a name that another plugin has in the same slot, naming both', () => {
    const registry = new Registry().add(plugin('first', { strategies: [never('acme/never')] }));
    const { explanation } = errorOf('ESPALIER_DUPLICATE', () =>
      registry.add(plugin('second', { strategies: [never('acme/never')] })),
    );
    expect(explanation).toBe(
      'second registers the trigger strategy "acme/never", which first registers already.',
    );
  });

  it('a name that a plugin uses twice in a slot', () => {
    const twice = plugin('first', { strategies: [never('a'), never('a')] });
    errorOf('ESPALIER_DUPLICATE', () => new Registry().add(twice));
  });

  it('a method whose name is taken', () => {
    const registry = new Registry().add(plugin('first', { methods: [empty('m')] }));
    const { explanation } = errorOf('ESPALIER_DUPLICATE', () =>
      registry.add(plugin('second', { methods: [empty('m')] })),
    );
    expect(explanation).toContain('method "m"');
  });

  it('a plugin a second time', () => {
    const registry = new Registry().add(plugin('first', {}));
    errorOf('ESPALIER_DUPLICATE', () => registry.add(plugin('first', {})));
  });

  it('a plugin for another api version, naming both versions', () => {
    const { explanation } = errorOf('ESPALIER_INVALID_PLUGIN', () =>
      new Registry().add(definePlugin({ name: 'acme', api: 2 })),
    );
    expect(explanation).toContain('"acme" was written for api 2; this version of Espalier has api 1');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an object without a name', { api: 1 }],
    ['a function', () => ({ name: 'acme', api: 1 })],
  ])('%s in place of a plugin', (_, value) => {
    errorOf('ESPALIER_INVALID_PLUGIN', () => new Registry().add(value as unknown as Plugin));
  });
});

describe('names in a registry', () => {
  const registry = new Registry().add(
    plugin('first', {
      strategies: [never('never'), never('step-interval'), constantDrop('never')],
      methods: [empty('rigl'), empty('set')],
    }),
  );

  it('belong to a slot: the same name may stand in another', () => {
    expect(registry.create('trigger', 'never').strategy).toHaveProperty('due');
    expect(registry.create('drop', 'never').strategy).toHaveProperty('fraction');
  });

  it('are offered when a strategy is unknown: the nearest, then all of the slot', () => {
    const { explanation } = errorOf('ESPALIER_UNKNOWN_STRATEGY', () =>
      registry.expand('trigger', 'step-intervall'),
    );
    expect(explanation).toBe(
      'There is no trigger strategy "step-intervall". Did you mean "step-interval"? Known: never, step-interval.',
    );
  });

  it('are not guessed at where none is near', () => {
    const { explanation } = errorOf('ESPALIER_UNKNOWN_STRATEGY', () =>
      registry.create('trigger', 'whenever-it-rains'),
    );
    expect(explanation).not.toContain('Did you mean');
    expect(errorOf('ESPALIER_UNKNOWN_STRATEGY', () => registry.expand('regrow', 'x')).explanation).toContain(
      'None is registered.',
    );
  });

  it('are offered when a method is unknown', () => {
    expect(errorOf('ESPALIER_UNKNOWN_METHOD', () => registry.method('rgil')).explanation).toBe(
      'There is no method "rgil". Did you mean "rigl"? Known: rigl, set.',
    );
  });

  it('must be said: options alone choose nothing', () => {
    const { explanation } = errorOf('ESPALIER_INVALID_OPTION', () =>
      registry.expand('trigger', { every: 3 }),
    );
    expect(explanation).toContain('trigger: {"every":3} names no strategy');
  });

  it('are listed in the order of registration, by slot or all', () => {
    expect(registry.strategies('trigger').map(({ name }) => name)).toEqual(['never', 'step-interval']);
    expect(registry.strategies().map(({ slot, name }) => `${slot}/${name}`)).toEqual([
      'trigger/never',
      'trigger/step-interval',
      'drop/never',
    ]);
    expect(registry.methods().map(({ name }) => name)).toEqual(['rigl', 'set']);
  });
});

describe('options', () => {
  const sample = strategy(
    'drop',
    'sample',
    { fraction: 0.3, label: 'x', on: true, table: [1, 2], limits: { low: 0 }, interval: null },
    { useFactory: ({ fraction }) => ({ fraction: () => fraction }) },
    {
      summary: 'For tests.',
      check: ({ fraction }) => (fraction > 1 ? `fraction is ${fraction}, above 1.` : undefined),
    },
  );
  const registry = new Registry().add(plugin('first', { strategies: [sample, constantDrop('plain')] }));

  it('are completed with defaults, in the order of the defaults', () => {
    const expanded = registry.expand('drop', { use: 'sample', on: false, fraction: 0.5 });
    expect(JSON.stringify(expanded)).toBe(
      '{"use":"sample","fraction":0.5,"label":"x","on":false,"table":[1,2],"limits":{"low":0},"interval":null}',
    );
    expect(registry.create('drop', { use: 'sample', fraction: 0.5 }).strategy.fraction({} as never)).toBe(
      0.5,
    );
  });

  it('that are unknown are refused, with the nearest', () => {
    expect(
      errorOf('ESPALIER_UNKNOWN_OPTION', () => registry.expand('drop', { use: 'sample', fractoin: 1 }))
        .explanation,
    ).toBe(
      'drop "sample" has no option "fractoin". Did you mean "fraction"? Known: fraction, interval, label, limits, on, table.',
    );
    expect(
      errorOf('ESPALIER_UNKNOWN_OPTION', () => registry.expand('drop', { use: 'plain', x: 1 })).explanation,
    ).toBe('drop "plain" has no option "x". It has no options.');
  });

  it.each([
    ['fraction', '0.3', 'a finite number'],
    ['fraction', Number.NaN, 'a finite number'],
    ['fraction', null, 'a finite number'],
    ['label', 3, 'a string'],
    ['on', 'yes', 'true or false'],
    ['table', { 0: 1 }, 'a list'],
    ['limits', [1], 'a map'],
    ['limits', null, 'a map'],
  ])('%s must not be %j', (name, value, expected) => {
    const { explanation } = errorOf('ESPALIER_INVALID_OPTION', () =>
      registry.expand('drop', { use: 'sample', [name]: value }),
    );
    expect(explanation).toContain(
      `the option "${name}" is ${JSON.stringify(value)}, but must be ${expected}`,
    );
  });

  it.each([[3], ['auto'], [null], [[1, 2]], [true]])('with a null default accept %j', (value) => {
    expect(registry.expand('drop', { use: 'sample', interval: value })).toHaveProperty('interval', value);
  });

  it('are checked by the definition itself', () => {
    expect(
      errorOf('ESPALIER_INVALID_OPTION', () => registry.expand('drop', { use: 'sample', fraction: 2 }))
        .explanation,
    ).toBe('drop "sample": fraction is 2, above 1.');
  });
});

describe('two registries', () => {
  it('share nothing', () => {
    const owned = plugin('first', { strategies: [never('a')], methods: [empty('m')] });
    const one = new Registry().add(owned);
    const other = new Registry();
    errorOf('ESPALIER_UNKNOWN_STRATEGY', () => other.create('trigger', 'a'));
    errorOf('ESPALIER_UNKNOWN_METHOD', () => other.method('m'));
    other.add(owned);
    expect(one.create('trigger', 'a').strategy).not.toBe(other.create('trigger', 'a').strategy);
  });

  it('nor do two creations of one', () => {
    const registry = new Registry().add(plugin('first', { strategies: [never('a')] }));
    expect(registry.create('trigger', 'a').strategy).not.toBe(registry.create('trigger', 'a').strategy);
  });
});
