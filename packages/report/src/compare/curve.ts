import { type Spread, spreadOf } from './statistics.js';

/** One run's quantity over training: [step, value], steps ascending. */
export type RunCurve = readonly (readonly [step: number, value: number])[];

/** A point of a curve over runs. */
export interface CurvePoint extends Spread {
  readonly step: number;
}

/**
 * The mean of curves at the steps that all of them have: where one run of several ended early, the mean ends
 * there, since one of fewer runs would jump.
 */
export function meanCurve(curves: readonly RunCurve[]): CurvePoint[] {
  const [first, ...others] = curves.map((curve) => new Map(curve));
  return [...first!]
    .filter(([step]) => others.every((curve) => curve.has(step)))
    .map(([step, value]) => ({
      step,
      ...spreadOf([value, ...others.map((curve) => curve.get(step)!)]),
    }));
}

/** At most so many of some items, evenly picked, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
