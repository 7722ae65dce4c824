/** Mean and sample deviation of the same quantity over runs. */
export interface Spread {
  readonly mean: number;
  /** Sample standard deviation (n - 1); 0 for a single run. */
  readonly deviation: number;
  /** How many runs. */
  readonly n: number;
}

/** The spread of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((all, value) => all + value, 0) / n;
  const squares = values.reduce((all, value) => all + (value - mean) ** 2, 0);
  return { mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : 0, n };
}

/** The spread of those numbers that are there; undefined where none is. */
export function spreadOfPresent(values: readonly (number | null | undefined)[]): Spread | undefined {
  const present = values.filter((value) => value !== undefined && value !== null);
  return present.length === 0 ? undefined : spreadOf(present);
}
