import type { RunCurve } from '../compare/curve.js';
import type { LoadedRun } from '../run/loaded-run.js';
import { stepwise } from './stepwise.js';

/** A layer's density over a run; undefined where the layer is kept dense. */
export function layerDensity(run: LoadedRun, name: string): RunCurve | undefined {
  const index = run.topology.layers.findIndex((layer) => layer.name === name);
  if (index < 0) return undefined;
  const { size } = run.topology.layers[index]!;
  return stepwise(
    run,
    run.history.nonZeros.map((counts) => counts[index]! / size),
  );
}

/** The density over a run of all layers together that are not kept dense; undefined where there is none. */
export function wholeDensity(run: LoadedRun): RunCurve | undefined {
  const size = run.topology.layers.reduce((all, layer) => all + layer.size, 0);
  if (size === 0) return undefined;
  return stepwise(
    run,
    run.history.nonZeros.map((counts) => counts.reduce((all, n) => all + n, 0) / size),
  );
}
