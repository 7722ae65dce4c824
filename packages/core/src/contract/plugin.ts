import type { Choice, Options, RecipeSpec, Slot, Slots } from './recipe.js';
import type { Json } from './strategies.js';

/** The version of the contract that plugins are written against. Unstable until declared stable. */
export const API_VERSION = 1;

/** A typed key for an injected value. */
export type Token<T> = symbol & { readonly __value?: T };

/** The values that a list of tokens stands for. */
export type Injected<T extends readonly Token<unknown>[]> = {
  -readonly [K in keyof T]: T[K] extends Token<infer V> ? V : never;
};

/** Says things to the user outside of events. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** Facts of the run that strategies may be built upon. */
export interface RunFacts {
  readonly seed: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Target density. */
  readonly density: number;
}

/** What a plain factory may ask for. */
export interface StrategyServices {
  readonly logger: Logger;
  readonly run: RunFacts;
  /** Another strategy by name, for strategies that wrap one. */
  strategy<S extends Slot>(slot: S, choice: Choice): Slots[S];
  /** Any registered service. */
  service<T>(token: Token<T>): T;
}

/** A class that says what its constructor takes: `static inject = [OPTIONS, LOGGER] as const`. */
export interface InjectableClass<S, T extends readonly Token<unknown>[]> {
  new (...dependencies: Injected<T>): S;
  readonly inject: T;
}

/** How a strategy is made: by a plain factory, or a class whose constructor parameters are injected. */
export type StrategyProvider<S, O extends Options> =
  | { readonly useFactory: (options: O, services: StrategyServices) => S }
  // biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are contravariant; `strategy()` checks them against `inject`.
  | { readonly useClass: new (...dependencies: any[]) => S };

/** What a strategy's or method's options mean, where it comes from; shown by `espalier strategies`. */
export interface About<O extends Options = Options> {
  /** One sentence. */
  readonly summary: string;
  /** One line per option. */
  readonly options?: Readonly<Partial<Record<keyof O & string, string>>>;
  /** Authors, year, arXiv id. */
  readonly paper?: string;
  /** @returns what is wrong with the options, or undefined */
  readonly check?: (options: O) => string | undefined;
}

/** A registered strategy. */
export interface StrategyDefinition<S extends Slot = Slot> {
  readonly slot: S;
  readonly name: string;
  /** Every option with its default; the schema that given options are checked against. A null default also accepts a number, string or list. */
  readonly defaults: Options;
  // biome-ignore lint/suspicious/noExplicitAny: options are checked against the defaults at run time.
  readonly provider: StrategyProvider<Slots[S], any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly about: About<any>;
}

/** A registered method: a recipe with options of its own. */
export interface MethodDefinition {
  readonly name: string;
  readonly defaults: Options;
  // biome-ignore lint/suspicious/noExplicitAny: options are checked against the defaults at run time.
  readonly recipe: (options: any) => RecipeSpec;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly about: About<any>;
}

/** A service that strategies can have injected, or a replacement of one of core's. */
export type ServiceDefinition<T = unknown> = { readonly token: Token<T> } & (
  | { readonly useValue: T }
  | { readonly useFactory: (services: Pick<StrategyServices, 'service'>) => T }
  // biome-ignore lint/suspicious/noExplicitAny: see StrategyProvider.
  | { readonly useClass: new (...dependencies: any[]) => T }
);

/** A package of strategies and methods. */
export interface Plugin {
  /** The package's name, for error messages. */
  readonly name: string;
  /** Must equal {@link API_VERSION}. */
  readonly api: number;
  // biome-ignore lint/suspicious/noExplicitAny: a list of definitions of different slots.
  readonly strategies?: readonly StrategyDefinition<any>[];
  readonly methods?: readonly MethodDefinition[];
  // biome-ignore lint/suspicious/noExplicitAny: a list of services of different types.
  readonly services?: readonly ServiceDefinition<any>[];
}

/** The JSON type that a default widens to: an option whose default is 0.3 is a number. */
export type Widen<T> = T extends number
  ? number
  : T extends string
    ? string
    : T extends boolean
      ? boolean
      : T extends null
        ? Json
        : T extends readonly Json[]
          ? readonly Json[]
          : T extends object
            ? Readonly<Record<string, Json>>
            : T;

/** Option types from defaults. */
export type OptionsOf<D extends Options> = { readonly [K in keyof D]: Widen<D[K]> };
