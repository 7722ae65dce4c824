import type {
  About,
  InjectableClass,
  MethodDefinition,
  Options,
  OptionsOf,
  Plugin,
  RecipeSpec,
  ServiceDefinition,
  Slot,
  Slots,
  StrategyDefinition,
  StrategyProvider,
  StrategyServices,
  Token,
} from '../contract.js';

/**
 * Declares a package of strategies and methods.
 *
 * @param plugin - its package name, the api version it was written for ({@link API_VERSION}), and what it brings
 * @returns the same object, typed; export it as the module's default
 */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/**
 * Declares a strategy for a slot.
 *
 * @param slot - e.g. `regrow`
 * @param name - how recipes name it; third parties prefix theirs: `acme/momentum`
 * @param defaults - every option with its default, which also fixes its type
 * @param provider - `useFactory: (options, services) => strategy`, or `useClass`: a class whose constructor
 *   parameters are decorated with `@inject(TOKEN)` or listed in `static inject`
 * @param about - what it is, its options, its source
 */
export function strategy<S extends Slot, const D extends Options>(
  slot: S,
  name: string,
  defaults: D,
  provider: { readonly useFactory: (options: OptionsOf<D>, services: StrategyServices) => Slots[S] },
  about: About<OptionsOf<D>>,
): StrategyDefinition<S>;
export function strategy<S extends Slot, const D extends Options, const T extends readonly Token<unknown>[]>(
  slot: S,
  name: string,
  defaults: D,
  provider: { readonly useClass: InjectableClass<Slots[S], T> },
  about: About<OptionsOf<D>>,
): StrategyDefinition<S>;
export function strategy<S extends Slot, const D extends Options>(
  slot: S,
  name: string,
  defaults: D,
  // biome-ignore lint/suspicious/noExplicitAny: decorated parameters carry their tokens themselves.
  provider: { readonly useClass: (new (...dependencies: any[]) => Slots[S]) & { readonly inject?: never } },
  about: About<OptionsOf<D>>,
): StrategyDefinition<S>;
export function strategy<S extends Slot>(
  slot: S,
  name: string,
  defaults: Options,
  // biome-ignore lint/suspicious/noExplicitAny: the overloads above check options against defaults.
  provider: StrategyProvider<Slots[S], any>,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  about: About<any>,
): StrategyDefinition<S> {
  return { slot, name, defaults, provider, about };
}

/**
 * Declares a method: a recipe as data, made from the method's own options.
 *
 * @param name - the public name, e.g. `rigl`
 * @param defaults - every option with its default
 * @param recipe - from complete options to the slots and switches that differ from the base recipe
 */
export function method<const D extends Options>(
  name: string,
  defaults: D,
  recipe: (options: OptionsOf<D>) => RecipeSpec,
  about: About<OptionsOf<D>>,
): MethodDefinition {
  return { name, defaults, recipe, about };
}

/**
 * Declares a service that strategies can have injected, or a replacement of one of core's.
 *
 * @param key - see {@link token}
 * @param provider - `useValue`, `useFactory`, or `useClass` with injected constructor parameters
 */
export function service<T>(
  key: Token<T>,
  provider:
    | { readonly useValue: T }
    | { readonly useFactory: (services: Pick<StrategyServices, 'service'>) => T },
): ServiceDefinition<T>;
export function service<T, const D extends readonly Token<unknown>[]>(
  key: Token<T>,
  provider: { readonly useClass: InjectableClass<T, D> },
): ServiceDefinition<T>;
export function service<T>(
  key: Token<T>,
  // biome-ignore lint/suspicious/noExplicitAny: decorated parameters carry their tokens themselves.
  provider: { readonly useClass: (new (...dependencies: any[]) => T) & { readonly inject?: never } },
): ServiceDefinition<T>;
export function service<T>(
  key: Token<T>,
  provider: Omit<ServiceDefinition<T>, 'token'>,
): ServiceDefinition<T> {
  return { token: key, ...provider } as ServiceDefinition<T>;
}
