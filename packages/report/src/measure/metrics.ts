import type { MetricEvent } from '@espalier/core';
import type { RunCurve } from '../compare/curve.js';
import type { LoadedRun } from '../run/loaded-run.js';

/** Something that an observer measured, in any of some runs. */
export interface MetricName {
  readonly observer: string;
  readonly name: string;
}

/** Everything that observers of some runs measured as one number each time, or as one per layer. */
export function metricNames(runs: readonly LoadedRun[], byLayer: boolean): MetricName[] {
  const found = new Map<string, MetricName>();
  for (const { observer, name, value } of runs.flatMap(({ metrics }) => metrics)) {
    if (Array.isArray(value) === byLayer) found.set(JSON.stringify([observer, name]), { observer, name });
  }
  return [...found.values()];
}

/** What a run's observer measured over the steps; of several values for a step the last. */
export function metricCurve(run: LoadedRun, metric: MetricName): RunCurve {
  return valuesOf(run, metric).flatMap(({ step, value }) =>
    typeof value === 'number' ? [[step, value] as const] : [],
  );
}

/** The last value per layer that a run's observer measured. */
export function lastByLayer(run: LoadedRun, metric: MetricName): readonly number[] | undefined {
  const last = valuesOf(run, metric).at(-1)?.value;
  return typeof last === 'number' ? undefined : last;
}

function valuesOf({ metrics }: LoadedRun, { observer, name }: MetricName): readonly MetricEvent[] {
  return metrics.filter((event) => event.observer === observer && event.name === name);
}
