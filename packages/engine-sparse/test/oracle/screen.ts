/** Rounded to integers of at most some size. */
export interface Shortened {
  /** From numbers to integers; 0 where the sum of magnitudes is no float32. */
  readonly factor: number;
  readonly shorts: readonly number[];
}

/** Rounds numbers to integers so that the largest magnitude becomes `most`. */
export function shortened(values: readonly number[], most: number): Shortened {
  const sum = values.reduce((total, value) => total + Math.abs(value), 0);
  if (!Number.isFinite(Math.fround(sum))) return { factor: 0, shorts: values.map(() => 0) };
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-30);
  const factor = Math.fround(Math.fround(most) / Math.fround(largest));
  return { factor, shorts: values.map((value) => roundHalfEven(Math.fround(value * factor))) };
}

function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest === 0.5) return low % 2 === 0 ? low : low + 1;
  return rest < 0.5 ? low : low + 1;
}

/** How much of a magnitude the product of two rounded lists may be off, in its own unit. */
export function mostOff(left: Shortened, right: Shortened): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + Math.abs(value), 0);
  return (sum(left.shorts) + sum(right.shorts)) / 2 + left.shorts.length / 4;
}
