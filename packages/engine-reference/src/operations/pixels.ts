import { slideWindow } from '@espalier/architectures';
import type { Padding } from '@espalier/core';

/** The pixels that one cell of a window touches: the window at `to[k]` sees the input pixel `from[k]` there. */
interface CellPixels {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** A window sliding over an image, pixels being numbered row-major; places in the padding are left out. */
export interface SlidingPixels {
  readonly inputPixels: number;
  readonly outputPixels: number;
  /** By cell of the window, row-major. */
  readonly cells: readonly CellPixels[];
}

/** Finds which output pixel sees which input pixel through which cell of a window. */
export function slidePixels(
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  [rowStride, columnStride]: readonly [number, number],
  padding: Padding,
): SlidingPixels {
  const down = slideWindow(height, rows, rowStride, padding);
  const across = slideWindow(width, columns, columnStride, padding);
  const cells: CellPixels[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from: number[] = [];
      const to: number[] = [];
      for (let y = 0; y < down.count; y++) {
        const inputY = y * rowStride + row - down.before;
        if (inputY < 0 || inputY >= height) continue;
        for (let x = 0; x < across.count; x++) {
          const inputX = x * columnStride + column - across.before;
          if (inputX < 0 || inputX >= width) continue;
          from.push(inputY * width + inputX);
          to.push(y * across.count + x);
        }
      }
      cells.push({ from: Uint32Array.from(from), to: Uint32Array.from(to) });
    }
  }
  return { inputPixels: height * width, outputPixels: down.count * across.count, cells };
}
