/** Another value for a property of a layer while a forward pass runs. */
export interface Substitution {
  readonly target: object;
  readonly key: string;
  readonly value: unknown;
}

/**
 * Runs `body` with the substitutions in place and undoes them, whatever happens. A user's model is never left
 * changed: outside of Espalier's own passes it predicts as it always did.
 */
export function withSubstitutions<T>(substitutions: readonly Substitution[], body: () => T): T {
  const undo = substitutions.map(({ target, key, value }) => {
    const own = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: true });
    return () => {
      if (own) Object.defineProperty(target, key, own);
      else Reflect.deleteProperty(target, key);
    };
  });
  try {
    return body();
  } finally {
    for (const restore of undo) restore();
  }
}
