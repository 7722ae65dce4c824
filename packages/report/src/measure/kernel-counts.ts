import type { Positions } from '@espalier/core';
import type { Grid } from './pixel-counts.js';

/** Space between kernels in the picture. */
export const SEAM = -1;

/**
 * A convolution's kernels side by side: at each point of each kernel the number of active weights over the inputs.
 *
 * @param active - positions in a kernel [height, width, inputs, units]
 * @param most - so many kernels are shown at most, the first ones
 * @returns kernels in rows, {@link SEAM} between them
 */
export function kernelCounts(active: Positions, shape: readonly number[], most: number): Grid {
  const [kernelHeight, kernelWidth, inputs, units] = shape as [number, number, number, number];
  const shown = Math.min(units, most);
  const rows = Math.ceil(shown / Math.ceil(Math.sqrt(shown * 2.5)));
  const columns = Math.ceil(shown / rows);
  const width = columns * (kernelWidth + 1) - 1;
  const height = rows * (kernelHeight + 1) - 1;
  const values = new Float64Array(width * height).fill(SEAM);
  const at = (unit: number, tap: number) => {
    const x = (unit % columns) * (kernelWidth + 1) + (tap % kernelWidth);
    const y = Math.floor(unit / columns) * (kernelHeight + 1) + Math.floor(tap / kernelWidth);
    return y * width + x;
  };
  for (let unit = 0; unit < shown; unit++) {
    for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) values[at(unit, tap)] = 0;
  }
  for (let i = 0; i < active.length; i++) {
    const unit = active[i]! % units;
    if (unit < shown) values[at(unit, Math.floor(active[i]! / units / inputs))]! += 1;
  }
  return { width, height, values };
}
