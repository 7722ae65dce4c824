import type { Spread } from '../compare/statistics.js';

/** `5,324`; what is no integer is rounded. */
export function integer(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

/** `84.10 %`, with more digits where a share is small. */
export function percent(share: number): string {
  const digits = share !== 0 && Math.abs(share) < 0.001 ? 4 : 2;
  return `${(share * 100).toFixed(digits)}\u00a0%`;
}

/** Four significant digits; whole numbers as they are. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  if (Number.isInteger(value)) return integer(value);
  const text = value.toPrecision(4);
  return text.includes('e') ? String(Number(text)) : text;
}

/** `4.2 ms`, `10.8 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${(seconds * 1000).toPrecision(3)}\u00a0ms`;
  if (seconds < 60) return `${seconds.toFixed(1)}\u00a0s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}\u00a0min ${String(whole % 60).padStart(2, '0')}\u00a0s`;
}

/** `14.4 MiB` */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)}\u00a0MiB`;
}

/** The mean, and behind ± the deviation where there are several runs. */
export function withDeviation({ mean, deviation, n }: Spread, format: (value: number) => string): string {
  return n > 1 ? `${format(mean)} ± ${format(deviation)}` : format(mean);
}

/** `1 run`, `3 runs` */
export function counted(n: number, noun: string): string {
  return `${integer(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
