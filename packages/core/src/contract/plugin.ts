import type { Choice, Options, RecipeSpec, Slot, Slots } from './recipe.js';
import type { Json } from './strategies.js';

/** The version of the contract that plugins are written against. Unstable until declared stable. */
export const API_VERSION = 1;

/** A typed key for an injected value. */
export type Token<T> = symbol & {
  /** Never there: it carries the type of the value. */
  readonly __value?: T;
};

/** The values that a list of tokens stands for. */
export type Injected<T extends readonly Token<unknown>[]> = {
  -readonly [K in keyof T]: T[K] extends Token<infer V> ? V : never;
};

/** Says things to the user outside of events. */
export interface Logger {
  /** Says something that needs no action. */
  info(message: string): void;
  /** Says something that the user should look at. */
  warn(message: string): void;
}

/** Facts of the run that strategies may be built upon. */
export interface RunFacts {
  /** The key of all randomness. */
  readonly seed: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
  /** Steps of one epoch. */
  readonly stepsPerEpoch: number;
  /** Target density. */
  readonly density: number;
}

/** What a plain factory may ask for. */
export interface StrategyServices {
  /** Says things to the user outside of events. */
  readonly logger: Logger;
  /** Facts of the run. */
  readonly run: RunFacts;
  /** Another strategy by name, for strategies that wrap one. */
  strategy<S extends Slot>(slot: S, choice: Choice): Slots[S];
  /** Any registered service. */
  service<T>(token: Token<T>): T;
}

/** A class that says what its constructor takes: `static inject = [OPTIONS, LOGGER] as const`. */
export interface InjectableClass<S, T extends readonly Token<unknown>[]> {
  new (...dependencies: Injected<T>): S;
  /** One token per constructor parameter, in order. */
  readonly inject: T;
}

/** How a strategy is made: by a plain factory, or a class whose constructor parameters are injected. */
export type StrategyProvider<S, O extends Options> =
  | {
      /** Gets the complete options, and the services that it may ask for. */
      readonly useFactory: (options: O, services: StrategyServices) => S;
    }
  | {
      /** Its constructor parameters are injected. */
      readonly useClass: new (
        // biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are contravariant; `strategy()` checks them against `inject`.
        ...dependencies: any[]
      ) => S;
    };

/** What a strategy's or method's options mean, where it comes from; shown by `espalier strategies`. */
export interface About<O extends Options = Options> {
  /** One sentence. */
  readonly summary: string;
  /** One line per option. */
  readonly options?: Readonly<Partial<Record<keyof O & string, string>>>;
  /** Authors, year, arXiv id. */
  readonly paper?: string;
  /** Says what is wrong with options whose types are right, or undefined where nothing is. */
  readonly check?: (options: O) => string | undefined;
}

/** A registered strategy. */
export interface StrategyDefinition<S extends Slot = Slot> {
  /** The slot it fills. */
  readonly slot: S;
  /** How recipes name it; third parties prefix theirs: `acme/momentum`. */
  readonly name: string;
  /** Every option with its default; the schema that given options are checked against. A null default also accepts a number, string or list. */
  readonly defaults: Options;
  /** How it is made. */
  // biome-ignore lint/suspicious/noExplicitAny: options are checked against the defaults at run time.
  readonly provider: StrategyProvider<Slots[S], any>;
  /** What it is, for listings and error messages. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly about: About<any>;
}

/** A registered method: a recipe with options of its own. */
export interface MethodDefinition {
  /** How configurations name it, e.g. `rigl`. */
  readonly name: string;
  /** Every option with its default, as in {@link StrategyDefinition.defaults}. */
  readonly defaults: Options;
  /** Makes the slots and switches that differ from the base recipe, of complete options. */
  // biome-ignore lint/suspicious/noExplicitAny: options are checked against the defaults at run time.
  readonly recipe: (options: any) => RecipeSpec;
  /** What it is, for listings and error messages. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly about: About<any>;
}

/** A service that strategies can have injected, or a replacement of one of core's. */
export type ServiceDefinition<T = unknown> = {
  /** What asks for it. */
  readonly token: Token<T>;
} & (
  | {
      /** The service itself. */
      readonly useValue: T;
    }
  | {
      /** Called when the service is first asked for. */
      readonly useFactory: (services: Pick<StrategyServices, 'service'>) => T;
    }
  | {
      /** Made when first asked for, its constructor parameters injected. */
      readonly useClass: new (
        // biome-ignore lint/suspicious/noExplicitAny: see StrategyProvider.
        ...dependencies: any[]
      ) => T;
    }
);

/** A package of strategies and methods. */
export interface Plugin {
  /** The package's name, for error messages. */
  readonly name: string;
  /** Must equal {@link API_VERSION}. */
  readonly api: number;
  /** What it brings for the slots. Default none. */
  // biome-ignore lint/suspicious/noExplicitAny: a list of definitions of different slots.
  readonly strategies?: readonly StrategyDefinition<any>[];
  /** Named recipes that it brings. Default none. */
  readonly methods?: readonly MethodDefinition[];
  /** What strategies can have injected. Default none. */
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
