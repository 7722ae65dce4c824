import type { Positions } from '@espalier/core';
import type { ShownGroup } from '../context.js';
import { kernelCounts } from './kernel-counts.js';
import { type Grid, meanGrid, pixelCounts } from './pixel-counts.js';

/** Kernels shown of a convolution. */
export const MOST_KERNELS = 64;

/** A group's first layer at one moment, the mean over its runs. */
export interface FirstLayerView {
  /** The moment's label. */
  readonly moment: string;
  readonly grid: Grid;
}

/** A group's first layer at its moments; undefined where it is dense from start to end. */
export function firstLayerViews({ runs, moments, topologies }: ShownGroup): FirstLayerView[] | undefined {
  const { name, shape, size } = runs[0]!.layers[0]!;
  const index = runs[0]!.topology.layers.findIndex((layer) => layer.name === name);
  if (index < 0) return undefined;
  if (runs.every(({ history }) => history.nonZeros.every((counts) => counts[index] === size)))
    return undefined;
  return moments.map(({ updates, label }) => ({
    moment: label,
    grid: meanGrid(
      runs.map(({ summary }, run) =>
        gridOf(topologies[run]!.get(updates)![index]!, shape, summary.inputShape),
      ),
    ),
  }));
}

function gridOf(active: Positions, shape: readonly number[], inputShape?: readonly number[]): Grid {
  if (shape.length === 4) return kernelCounts(active, shape, MOST_KERNELS);
  const units = shape.at(-1)!;
  const inputs = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return pixelCounts(active, inputs, units, inputShape ?? [inputs]);
}
