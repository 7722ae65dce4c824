import type { Spread } from '../compare/statistics.js';

/** Writes a quantity, and behind ± its deviation where one is given. */
export type Format = (value: number, deviation?: number) => string;

/** `5,324`; what is no integer is rounded. */
export const integer: Format = (n, deviation) => plusMinus(grouped(n), deviation && grouped(deviation));

/** `84.10 %`, with more digits where a share is small. */
export const percent: Format = (share, deviation) => {
  const digits = share !== 0 && Math.abs(share) < 0.001 ? 4 : 2;
  const shown = (value: number) => (value * 100).toFixed(digits);
  return `${plusMinus(shown(share), deviation && shown(deviation))}\u00a0%`;
};

/** Four significant digits, two of the deviation; whole numbers as they are. */
export const decimal: Format = (value, deviation) =>
  Number.isFinite(value)
    ? plusMinus(significant(value, 4), deviation && significant(deviation, 2))
    : 'not finite';

/** `4.2 ms`, `10.8 s`, `3 min 05 s`. */
export const duration: Format = (seconds, deviation) =>
  plusMinus(clock(seconds), deviation && clock(deviation));

/** `14.4 MiB` */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)}\u00a0MiB`;
}

/** The mean, and behind ± the deviation where there are several runs that differ. */
export function withDeviation({ mean, deviation, n }: Spread, format: Format): string {
  // What differs by less is the rounding of the mean.
  return n > 1 && deviation > 1e-9 * Math.abs(mean) ? format(mean, deviation) : format(mean);
}

/** `1 run`, `3 runs` */
export function counted(n: number, noun: string): string {
  return `${integer(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function plusMinus(value: string, deviation: string | 0 | undefined): string {
  return deviation === undefined || deviation === 0 ? value : `${value} ± ${deviation}`;
}

function grouped(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

function significant(value: number, digits: number): string {
  if (Number.isInteger(value)) return grouped(value);
  const text = value.toPrecision(digits);
  return text.includes('e') ? String(Number(text)) : text;
}

function clock(seconds: number): string {
  if (seconds < 1) return `${significant(seconds * 1000, 3)}\u00a0ms`;
  if (seconds < 60) return `${seconds.toFixed(1)}\u00a0s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}\u00a0min ${String(whole % 60).padStart(2, '0')}\u00a0s`;
}
