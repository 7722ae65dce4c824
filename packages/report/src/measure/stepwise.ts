import type { RunCurve } from '../compare/curve.js';
import type { LoadedRun } from '../run/loaded-run.js';

/** A quantity of a run's topologies over its steps, held until the run ended. @param values - one per topology */
export function stepwise({ history, summary }: LoadedRun, values: readonly number[]): RunCurve {
  const curve = history.steps.map((step, i): [number, number] => [step, values[i]!]);
  const end = summary.steps;
  return curve.at(-1)![0] < end ? [...curve, [end, values.at(-1)!]] : curve;
}
