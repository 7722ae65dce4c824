import type { Positions } from '@espalier/core';

/** A picture of numbers. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly values: Float64Array;
}

/**
 * How many active connections leave each pixel of the input, over all channels.
 *
 * @param active - positions in a dense layer's kernel [inputs, units]
 * @param inputShape - [width], [height, width] or [height, width, channels]; a shape of another kind, or one that
 * is not the layer's, counts as a row of inputs
 */
export function pixelCounts(
  active: Positions,
  inputs: number,
  units: number,
  inputShape: readonly number[],
): Grid {
  const [height, width, channels] = pixelShape(inputs, inputShape);
  const values = new Float64Array(width * height);
  for (let i = 0; i < active.length; i++) values[Math.floor(active[i]! / units / channels)]! += 1;
  return { width, height, values };
}

/** Height, width and channels of the input. */
function pixelShape(inputs: number, shape: readonly number[]): [number, number, number] {
  const fits = shape.reduce((product, n) => product * n, 1) === inputs;
  if (fits && shape.length === 2) return [shape[0]!, shape[1]!, 1];
  if (fits && shape.length === 3) return [shape[0]!, shape[1]!, shape[2]!];
  return [1, inputs, 1];
}

/** The mean of pictures of one size. */
export function meanGrid(grids: readonly Grid[]): Grid {
  const [{ width, height }] = grids as [Grid];
  const values = new Float64Array(width * height);
  for (const grid of grids)
    for (const [i, value] of grid.values.entries()) values[i]! += value / grids.length;
  return { width, height, values };
}
