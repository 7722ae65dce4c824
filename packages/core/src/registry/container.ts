// The one place that knows the injection library: it needs the Reflect polyfill before it loads.
import 'reflect-metadata';
import { type DependencyContainer, injectable, container as root, inject as tsyringeInject } from 'tsyringe';
import type { Token } from '../contract.js';
import { EspalierError } from '../errors/index.js';

/** The tokens of decorated constructor parameters, by class. */
const DECORATED = new WeakMap<object, Token<unknown>[]>();

/** Marks a class whose constructor parameters carry {@link inject}. */
export { injectable };

/**
 * Names what a constructor parameter receives: `constructor(@inject(LOGGER) logger: Logger)`. Needed on every
 * parameter; types are never consulted.
 */
export function inject<T>(token: Token<T>): ParameterDecorator {
  const decorate = tsyringeInject(token) as ParameterDecorator;
  return (target, key, index) => {
    decorate(target, key, index);
    DECORATED.set(target, [...(DECORATED.get(target) ?? []), token]);
  };
}

/** A constructor whose parameters are injected, by `static inject` or by decorators. */
export type Constructor<T> = (new (
  ...dependencies: never[]
) => T) & {
  /** One token per constructor parameter, in order; without it the parameters are decorated. */
  readonly inject?: readonly Token<unknown>[];
};

/** The services of one trainer: a child of the library's root container that holds only tokens of ours. */
export class Services {
  readonly #container: DependencyContainer;

  private constructor(container: DependencyContainer) {
    this.#container = container;
  }

  /** Services of a trainer's own, empty. */
  static create(): Services {
    return new Services(root.createChildContainer());
  }

  /** Services that see all of these and may have some of their own. */
  child(): Services {
    return new Services(this.#container.createChildContainer());
  }

  /** Registers a value, in place of what was registered under the token. */
  setValue<T>(token: Token<T>, value: T): void {
    this.#container.register(token, { useValue: value });
  }

  /** Registers what makes the value when it is first asked for, in place of what was registered under the token. */
  setFactory<T>(token: Token<T>, make: () => T): void {
    let made: { readonly value: T } | undefined;
    this.#container.register(token, {
      useFactory: () => {
        made ??= { value: make() };
        return made.value;
      },
    });
  }

  /** @throws EspalierError ESPALIER_UNKNOWN_SERVICE where nothing is registered under the token */
  get<T>(token: Token<T>): T {
    if (!this.#container.isRegistered(token, true)) {
      throw new EspalierError(
        'ESPALIER_UNKNOWN_SERVICE',
        `Nothing is registered under the token ${String(token)}; a plugin's "services" can supply it.`,
      );
    }
    return this.#container.resolve(token);
  }

  /** Makes an instance with its constructor parameters injected. */
  construct<T>(type: Constructor<T>): T {
    if (type.inject !== undefined) {
      const dependencies = type.inject.map((token) => this.get(token));
      return new type(...(dependencies as never[]));
    }
    // The library's own complaint about a missing service has neither our code nor our advice.
    for (const token of DECORATED.get(type) ?? []) this.get(token);
    return this.#container.resolve(type as new (...dependencies: unknown[]) => T);
  }
}
