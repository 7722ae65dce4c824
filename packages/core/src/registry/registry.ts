import {
  API_VERSION,
  type Choice,
  type ExpandedChoice,
  type MethodDefinition,
  type Options,
  type Plugin,
  type ServiceDefinition,
  type Slot,
  type Slots,
  type StrategyDefinition,
  type StrategyServices,
  type Token,
} from '../contract.js';
import { EspalierError, suggest } from '../errors/index.js';
import { type Constructor, Services } from './container.js';
import { completeOptions } from './options.js';
import { LOGGER, OPTIONS, RUN_FACTS } from './tokens.js';

/** A strategy that was made, and where it came from. */
export interface Bound<S> {
  /** The slot it fills. */
  readonly slot: Slot;
  /** How recipes name it. */
  readonly name: string;
  /** The package it came from. */
  readonly plugin: string;
  /** The strategy itself. */
  readonly strategy: S;
}

interface Owned<D> {
  readonly definition: D;
  readonly plugin: string;
}

/**
 * The strategies, methods and services that one trainer knows. Everything named is looked up here before the
 * first step; nothing is replaced in silence.
 */
export class Registry {
  /** What strategies can have injected. */
  readonly services: Services;
  readonly #strategies = new Map<Slot, Map<string, Owned<StrategyDefinition>>>();
  readonly #methods = new Map<string, Owned<MethodDefinition>>();
  readonly #serviceOwners = new Map<symbol, string>();
  readonly #plugins = new Set<string>();

  constructor(services: Services = Services.create()) {
    this.services = services;
  }

  /**
   * Registers everything that a plugin brings.
   * @throws EspalierError ESPALIER_INVALID_PLUGIN for another api version or a malformed plugin,
   *   ESPALIER_DUPLICATE for a name that is taken
   */
  add(plugin: Plugin): this {
    checkPlugin(plugin);
    if (this.#plugins.has(plugin.name)) {
      throw new EspalierError('ESPALIER_DUPLICATE', `The plugin "${plugin.name}" is registered twice.`);
    }
    this.#plugins.add(plugin.name);
    for (const definition of plugin.strategies ?? []) {
      const named = this.#strategies.get(definition.slot) ?? new Map<string, Owned<StrategyDefinition>>();
      this.#strategies.set(definition.slot, named);
      register(named, `${definition.slot} strategy`, definition.name, { definition, plugin: plugin.name });
    }
    for (const definition of plugin.methods ?? []) {
      register(this.#methods, 'method', definition.name, { definition, plugin: plugin.name });
    }
    for (const definition of plugin.services ?? []) this.#addService(definition, plugin.name);
    return this;
  }

  /** The registered strategies of a slot, or of all, in the order of registration. */
  strategies(slot?: Slot): readonly StrategyDefinition[] {
    const maps = slot === undefined ? [...this.#strategies.values()] : [this.#strategies.get(slot)];
    return maps.flatMap((map) => [...(map?.values() ?? [])].map(({ definition }) => definition));
  }

  /** The registered methods, in the order of registration. */
  methods(): readonly MethodDefinition[] {
    return [...this.#methods.values()].map(({ definition }) => definition);
  }

  /** @throws EspalierError ESPALIER_UNKNOWN_METHOD */
  method(name: string): MethodDefinition {
    const found = this.#methods.get(name);
    if (found === undefined) {
      throw new EspalierError(
        'ESPALIER_UNKNOWN_METHOD',
        `There is no method "${name}".${suggest(name, [...this.#methods.keys()])}`,
      );
    }
    return found.definition;
  }

  /**
   * Spells a choice out.
   * @throws EspalierError ESPALIER_UNKNOWN_STRATEGY, ESPALIER_UNKNOWN_OPTION, ESPALIER_INVALID_OPTION
   */
  expand(slot: Slot, choice: Choice): ExpandedChoice {
    const { use, ...given } = typeof choice === 'string' ? { use: choice } : choice;
    if (use === undefined) {
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `${slot}: ${JSON.stringify(choice)} names no strategy; say which by "use".`,
      );
    }
    const { definition } = this.#find(slot, use);
    return {
      use,
      ...completeOptions(`${slot} "${use}"`, definition.defaults, given as Options, definition.about),
    };
  }

  /** Makes the strategy that a choice names. */
  create<S extends Slot>(slot: S, choice: Choice): Bound<Slots[S]> {
    const { use, ...options } = this.expand(slot, choice);
    const { definition, plugin } = this.#find(slot, use);
    try {
      const strategy = this.#make(definition, options) as Slots[S];
      return { slot, name: use, plugin, strategy };
    } catch (error) {
      const known = error instanceof EspalierError;
      if (known && error.code !== 'ESPALIER_UNKNOWN_SERVICE') throw error;
      const why = known ? error.explanation : error instanceof Error ? error.message : String(error);
      throw new EspalierError(
        known ? error.code : 'ESPALIER_STRATEGY_THREW',
        `${slot} "${use}" of ${plugin} could not be made: ${why}`,
        { cause: error },
      );
    }
  }

  /** Supplies a service of core's, unless a plugin has registered another under its token. */
  provide<T>(key: Token<T>, make: () => T): void {
    if (!this.#serviceOwners.has(key)) this.services.setFactory(key, make);
  }

  /** Puts a service in the place of whatever is registered under its token. */
  replaceService(definition: ServiceDefinition): void {
    this.#serviceOwners.delete(definition.token);
    this.#addService(definition, 'the configuration');
  }

  #make(definition: StrategyDefinition, options: Options): Slots[Slot] {
    const provider = definition.provider;
    if ('useFactory' in provider) return provider.useFactory(options, this.#strategyServices());
    const scope = this.services.child();
    scope.setValue(OPTIONS, options);
    return scope.construct(provider.useClass as Constructor<Slots[Slot]>);
  }

  #strategyServices(): StrategyServices {
    const services = this.services;
    return {
      get logger() {
        return services.get(LOGGER);
      },
      get run() {
        return services.get(RUN_FACTS);
      },
      service: (token) => services.get(token),
      strategy: (slot, choice) => this.create(slot, choice).strategy,
    };
  }

  #find(slot: Slot, name: string): Owned<StrategyDefinition> {
    const named = this.#strategies.get(slot);
    const found = named?.get(name);
    if (found === undefined) {
      throw new EspalierError(
        'ESPALIER_UNKNOWN_STRATEGY',
        `There is no ${slot} strategy "${name}".${suggest(name, [...(named?.keys() ?? [])])}`,
      );
    }
    return found;
  }

  #addService(definition: ServiceDefinition, plugin: string): void {
    const owner = this.#serviceOwners.get(definition.token);
    if (owner !== undefined) {
      throw new EspalierError(
        'ESPALIER_DUPLICATE',
        `${plugin} registers the service ${String(definition.token)}, which ${owner} registers already.`,
      );
    }
    this.#serviceOwners.set(definition.token, plugin);
    if ('useValue' in definition) this.services.setValue(definition.token, definition.useValue);
    else if ('useFactory' in definition) {
      const make = definition.useFactory;
      this.services.setFactory(definition.token, () => make({ service: (key) => this.services.get(key) }));
    } else {
      const type = definition.useClass as Constructor<unknown>;
      this.services.setFactory(definition.token, () => this.services.construct(type));
    }
  }
}

function register<D>(map: Map<string, Owned<D>>, what: string, name: string, owned: Owned<D>): void {
  const present = map.get(name);
  if (present !== undefined) {
    throw new EspalierError(
      'ESPALIER_DUPLICATE',
      `${owned.plugin} registers the ${what} "${name}", which ${present.plugin} registers already.`,
    );
  }
  map.set(name, owned);
}

function checkPlugin(plugin: Plugin): void {
  if (typeof plugin !== 'object' || plugin === null || typeof plugin.name !== 'string') {
    throw new EspalierError(
      'ESPALIER_INVALID_PLUGIN',
      'A plugin must be the object that definePlugin returns, with a name.',
    );
  }
  if (plugin.api !== API_VERSION) {
    throw new EspalierError(
      'ESPALIER_INVALID_PLUGIN',
      `The plugin "${plugin.name}" was written for api ${plugin.api}; this version of Espalier has api ${API_VERSION}.`,
    );
  }
}
