import { Registry } from 'espalier';
import { describe, expect, it } from 'vitest';
import { buildRegistry } from '../src/plugins/build-registry.js';
import { everyPlugin } from '../src/plugins/every-plugin.js';
import { FIRST_PARTY } from '../src/plugins/first-party.js';

describe('the table of our own plugins', () => {
  it.each(FIRST_PARTY.map((entry) => [entry.name, entry] as const))(
    'names what %s registers',
    async (name, entry) => {
      const plugin = await entry.load();
      expect(plugin.name).toBe(name);
      const registry = new Registry().add(plugin);
      expect([...entry.methods].sort()).toEqual(
        registry
          .methods()
          .map((method) => method.name)
          .sort(),
      );
      if (entry.strategies === 'always') return;
      expect([...entry.strategies].sort()).toEqual(
        registry
          .strategies()
          .map(({ slot, name }) => `${slot}/${name}`)
          .sort(),
      );
    },
  );

  it('goes together in one registry', async () => {
    const plugins = await everyPlugin([], []);
    expect(plugins.map(({ name }) => name)).toEqual(FIRST_PARTY.map(({ name }) => name));
  });
});

describe('a registry for a run', () => {
  const request = { recipe: {}, plugins: [], directories: [] };

  it.each(FIRST_PARTY.flatMap(({ methods }) => methods))(
    'has the method %s without others being loaded',
    async (method) => {
      const registry = await buildRegistry({ ...request, method });
      const owner = FIRST_PARTY.find(({ methods }) => methods.includes(method))!;
      const standard = FIRST_PARTY.filter(({ strategies }) => strategies === 'always');
      const expected = new Set([...standard, owner].flatMap(({ methods }) => methods));
      expect(new Set(registry.methods().map(({ name }) => name))).toEqual(expected);
    },
  );

  const strategies = FIRST_PARTY.flatMap(({ strategies }) => (strategies === 'always' ? [] : strategies));
  const observers = strategies.filter((name) => name.startsWith('observe/'));

  it.each(strategies.filter((name) => !observers.includes(name)))(
    'has the strategy %s where the recipe names it',
    async (strategy) => {
      const [slot, ...rest] = strategy.split('/');
      const name = rest.join('/');
      const recipe = slot === 'regrow' ? { regrow: [{ use: name }] } : { [slot!]: name };
      const registry = await buildRegistry({ ...request, method: 'static', recipe });
      expect(registry.strategies().map((s) => `${s.slot}/${s.name}`)).toContain(strategy);
    },
  );

  it.each(observers)('has %s where the run is to be observed so', async (observer) => {
    const named = { ...request, method: 'static', observers: [{ use: observer.slice('observe/'.length) }] };
    const registry = await buildRegistry(named);
    expect(registry.strategies('observe').map(({ name }) => `observe/${name}`)).toContain(observer);
    expect(registry.methods().map(({ name }) => name)).toEqual(['dense', 'static']);
  });

  it('has every observer of ours where the one named is unknown, so that the error suggests', async () => {
    const registry = await buildRegistry({ ...request, method: 'static', observers: [{ use: 'flop' }] });
    expect(() => registry.create('observe', 'flop')).toThrow(/Did you mean "flops"/);
  });

  it('has every method of ours where the one named is unknown, so that the error lists them', async () => {
    const registry = await buildRegistry({ ...request, method: 'nosuch' });
    const known = FIRST_PARTY.flatMap(({ methods }) => methods).sort();
    expect(() => registry.method('nosuch')).toThrow(`Known: ${known.join(', ')}.`);
  });
});
