import {
  createRandomSource,
  type DropSchedule,
  definePlugin,
  inject,
  injectable,
  LOGGER,
  type Logger,
  OPTIONS,
  type Options,
  type Plugin,
  RANDOM_SOURCE,
  Registry,
  RUN_FACTS,
  service,
  strategy,
  token,
  type UpdateTrigger,
} from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { errorOf } from './support/expect-error.js';

const about = { summary: 'For tests.' };

interface Thermometer {
  readonly degrees: number;
}
const THERMOMETER = token<Thermometer>('test/thermometer');
const MISSING = token<Thermometer>('test/missing');

const quiet: Logger = { info: () => {}, warn: () => {} };
const plugin = (parts: Partial<Plugin>, name = 'acme'): Plugin => definePlugin({ name, api: 1, ...parts });

/** A drop schedule that reads its fraction from an option and a service. */
class StaticallyInjected implements DropSchedule {
  static readonly inject = [OPTIONS, THERMOMETER] as const;
  constructor(
    readonly options: Options,
    readonly thermometer: Thermometer,
  ) {}
  fraction(): number {
    return (this.options.scale as number) * this.thermometer.degrees;
  }
}

@injectable()
class Decorated implements DropSchedule {
  constructor(
    @inject(THERMOMETER) readonly thermometer: Thermometer,
    @inject(OPTIONS) readonly options: Options,
    @inject(LOGGER) readonly logger: Logger,
  ) {}
  fraction(): number {
    return (this.options.scale as number) * this.thermometer.degrees;
  }
}

@injectable()
class NeedsMissing implements DropSchedule {
  constructor(@inject(MISSING) readonly thermometer: Thermometer) {}
  fraction(): number {
    return this.thermometer.degrees;
  }
}

const warm = service(THERMOMETER, { useValue: { degrees: 0.1 } });
const fractionOf = (registry: Registry, choice: Parameters<Registry['create']>[1]) =>
  registry.create('drop', choice).strategy.fraction({} as never);

describe('a strategy made by a factory', () => {
  it('gets complete options, the logger, the facts of the run, services and other strategies', () => {
    const run = { seed: 1, totalSteps: 8, stepsPerEpoch: 4, density: 0.5 };
    const said: string[] = [];
    const seen: unknown[] = [];
    const registry = new Registry().add(
      plugin({
        services: [warm],
        strategies: [
          strategy(
            'drop',
            'half',
            { of: 1 },
            { useFactory: ({ of }) => ({ fraction: () => of / 2 }) },
            about,
          ),
          strategy(
            'drop',
            'curious',
            { scale: 3 },
            {
              useFactory: (options, { logger, run: facts, service: get, strategy: other }) => {
                logger.info('made');
                seen.push(options, facts, get(THERMOMETER));
                return other('drop', { use: 'half', of: 0.5 });
              },
            },
            about,
          ),
        ],
      }),
    );
    registry.provide(LOGGER, () => ({ ...quiet, info: (message) => said.push(message) }));
    registry.provide(RUN_FACTS, () => run);
    expect(fractionOf(registry, 'curious')).toBe(0.25);
    expect(seen).toEqual([{ scale: 3 }, run, { degrees: 0.1 }]);
    expect(said).toEqual(['made']);
  });

  it('can wrap another strategy by a choice among its own options', () => {
    const registry = new Registry().add(
      plugin({
        strategies: [
          strategy(
            'trigger',
            'every',
            { steps: 2 },
            { useFactory: ({ steps }) => ({ due: ({ step }) => step % steps === 0 }) },
            about,
          ),
          strategy(
            'trigger',
            'not',
            { of: 'every' as string | { use: string; steps: number } },
            {
              useFactory: ({ of }, { strategy: other }): UpdateTrigger => {
                const inner = other('trigger', of as string);
                return { due: (clock) => !inner.due(clock) };
              },
            },
            about,
          ),
        ],
      }),
    );
    const { strategy: not } = registry.create('trigger', 'not');
    const due = [0, 1, 2, 3].map((step) => not.due({ step } as never));
    expect(due).toEqual([false, true, false, true]);
  });

  it('that throws is named, with the error behind it', () => {
    const boom = new RangeError('no such fraction');
    const registry = new Registry().add(
      plugin({
        strategies: [
          strategy(
            'drop',
            'broken',
            {},
            {
              useFactory: () => {
                throw boom;
              },
            },
            about,
          ),
        ],
      }),
    );
    const error = errorOf('ESPALIER_STRATEGY_THREW', () => registry.create('drop', 'broken'));
    expect(error.explanation).toBe('drop "broken" of acme could not be made: no such fraction');
    expect(error.cause).toBe(boom);
  });
});

describe('a strategy made by a class', () => {
  const registry = new Registry().add(
    plugin({
      services: [warm],
      strategies: [
        strategy('drop', 'static', { scale: 2 }, { useClass: StaticallyInjected }, about),
        strategy('drop', 'decorated', { scale: 3 }, { useClass: Decorated }, about),
        strategy(
          'drop',
          'plain',
          {},
          {
            useClass: class {
              fraction = () => 0.25;
            },
          },
          about,
        ),
      ],
    }),
  );
  registry.provide(LOGGER, () => quiet);

  it('has its constructor injected by `static inject`', () => {
    expect(fractionOf(registry, 'static')).toBeCloseTo(0.2);
    expect(fractionOf(registry, { use: 'static', scale: 5 })).toBeCloseTo(0.5);
  });

  it('has its constructor injected by decorators, in any order of tokens', () => {
    expect(fractionOf(registry, 'decorated')).toBeCloseTo(0.3);
    expect((registry.create('drop', 'decorated').strategy as Decorated).logger).toBe(quiet);
  });

  it('needs neither where its constructor takes nothing', () => {
    expect(fractionOf(registry, 'plain')).toBe(0.25);
  });

  it('gets the options of its own choice, not those of one made before', () => {
    const one = registry.create('drop', { use: 'static', scale: 1 }).strategy as StaticallyInjected;
    const other = registry.create('drop', { use: 'static', scale: 7 }).strategy as StaticallyInjected;
    expect([one.options.scale, other.options.scale]).toEqual([1, 7]);
    expect(one.thermometer).toBe(other.thermometer);
  });

  it('has its options to itself: they are no service of the registry', () => {
    registry.create('drop', 'static');
    errorOf('ESPALIER_UNKNOWN_SERVICE', () => registry.services.get(OPTIONS));
  });
});

describe('a service', () => {
  it.each([
    [
      'a factory',
      strategy(
        'drop',
        'needy',
        {},
        { useFactory: (_, { service: get }) => ({ fraction: () => get(MISSING).degrees }) },
        about,
      ),
    ],
    [
      'a static list',
      strategy(
        'drop',
        'needy',
        {},
        {
          useClass: class {
            static readonly inject = [MISSING] as const;
            constructor(readonly thermometer: Thermometer) {}
            fraction = () => this.thermometer.degrees;
          },
        },
        about,
      ),
    ],
    ['decorators', strategy('drop', 'needy', {}, { useClass: NeedsMissing }, about)],
  ])('that is not registered is an error where %s asks for it', (_, needy) => {
    const registry = new Registry().add(plugin({ strategies: [needy] }));
    const { explanation } = errorOf('ESPALIER_UNKNOWN_SERVICE', () => fractionOf(registry, 'needy'));
    expect(explanation).toContain('Symbol(espalier:test/missing)');
  });

  it('that is missing is reported with the strategy that asked for it', () => {
    const registry = new Registry().add(
      plugin({ strategies: [strategy('drop', 'needy', {}, { useClass: NeedsMissing }, about)] }),
    );
    const { explanation } = errorOf('ESPALIER_UNKNOWN_SERVICE', () => registry.create('drop', 'needy'));
    expect(explanation).toMatch(/^drop "needy" of acme could not be made: /);
  });

  it('is made once, when it is first asked for, and may be made of others', () => {
    const DOUBLED = token<Thermometer>('test/doubled');
    let made = 0;
    const registry = new Registry().add(
      plugin({
        services: [
          service(DOUBLED, {
            useFactory: ({ service: get }) => {
              made++;
              return { degrees: 2 * get(THERMOMETER).degrees };
            },
          }),
          warm,
        ],
      }),
    );
    expect(made).toBe(0);
    expect(registry.services.get(DOUBLED)).toBe(registry.services.get(DOUBLED));
    expect(registry.services.get(DOUBLED).degrees).toBe(0.2);
    expect(made).toBe(1);
  });

  it('can be a class with injected parameters', () => {
    const DOUBLED = token<Thermometer>('test/doubled');
    class Doubled implements Thermometer {
      static readonly inject = [THERMOMETER] as const;
      readonly degrees: number;
      constructor(inner: Thermometer) {
        this.degrees = 2 * inner.degrees;
      }
    }
    const registry = new Registry().add(
      plugin({ services: [warm, service(DOUBLED, { useClass: Doubled })] }),
    );
    expect(registry.services.get(DOUBLED).degrees).toBe(0.2);
    expect(registry.services.get(DOUBLED)).toBe(registry.services.get(DOUBLED));
  });

  it('can be brought by one plugin only', () => {
    const registry = new Registry().add(plugin({ services: [warm] }, 'first'));
    const { explanation } = errorOf('ESPALIER_DUPLICATE', () =>
      registry.add(plugin({ services: [warm] }, 'second')),
    );
    expect(explanation).toContain(
      'second registers the service Symbol(espalier:test/thermometer), which first',
    );
  });

  it("of core's own gives way to a plugin's, whoever comes first", () => {
    const fixed = { ...createRandomSource(3), seed: 99 };
    const replacing = plugin({ services: [service(RANDOM_SOURCE, { useValue: fixed })] });
    const pluginFirst = new Registry().add(replacing);
    pluginFirst.provide(RANDOM_SOURCE, () => createRandomSource(3));
    expect(pluginFirst.services.get(RANDOM_SOURCE).seed).toBe(99);
    const coreFirst = new Registry();
    coreFirst.provide(RANDOM_SOURCE, () => createRandomSource(3));
    coreFirst.add(replacing);
    expect(coreFirst.services.get(RANDOM_SOURCE).seed).toBe(99);
  });

  it("of a plugin's gives way to the configuration's", () => {
    const registry = new Registry().add(plugin({ services: [warm] }));
    registry.replaceService(service(THERMOMETER, { useValue: { degrees: 40 } }));
    expect(registry.services.get(THERMOMETER).degrees).toBe(40);
  });

  it('of one registry is unknown to another', () => {
    new Registry().add(plugin({ services: [warm] }));
    errorOf('ESPALIER_UNKNOWN_SERVICE', () => new Registry().services.get(THERMOMETER));
  });
});

describe('a token', () => {
  it('is the same for the same name, across copies of a package too', () => {
    expect(token('test/thermometer')).toBe(THERMOMETER);
    expect(token('test/other')).not.toBe(THERMOMETER);
  });
});
