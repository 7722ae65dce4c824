import { slideWindow } from '@espalier/architectures';
import type { Padding } from '@espalier/core';

type Pair = readonly [number, number];

/** A window sliding over an image of [height, width]. */
export interface Sliding {
  /** Height and width of the output. */
  readonly output: Pair;
  /** Rows and columns of padding before the image. */
  readonly before: Pair;
  /** Height and width of the image with its padding. */
  readonly paddedSize: Pair;
}

/** Places a window on both axes. */
export function slide(size: Pair, window: Pair, strides: Pair, padding: Padding): Sliding {
  const down = slideWindow(size[0], window[0], strides[0], padding);
  const across = slideWindow(size[1], window[1], strides[1], padding);
  const needed = (axis: 0 | 1, count: number, before: number) =>
    Math.max(size[axis] + before, (count - 1) * strides[axis] + window[axis]);
  return {
    output: [down.count, across.count],
    before: [down.before, across.before],
    paddedSize: [needed(0, down.count, down.before), needed(1, across.count, across.before)],
  };
}

/** Which pixels of the input each pixel of a pool's output is made from, row-major. */
export interface PoolSources {
  /** [outputs + 1] */
  readonly starts: Uint32Array;
  /** The first feature of each. */
  readonly sources: Uint32Array;
  /** Whether every pixel of the input lies in exactly one window. */
  readonly covers: boolean;
}

/** Windows over the part of them that lies on the image. */
export function poolSources(
  [height, width, channels]: readonly [number, number, number],
  window: Pair,
  strides: Pair,
  padding: Padding,
): PoolSources {
  const { output, before } = slide([height, width], window, strides, padding);
  const starts = [0];
  const sources: number[] = [];
  for (let y = 0; y < output[0]; y++) {
    const rows = spanOf(y * strides[0] - before[0], window[0], height);
    for (let x = 0; x < output[1]; x++) {
      const columns = spanOf(x * strides[1] - before[1], window[1], width);
      for (const row of rows) {
        for (const column of columns) sources.push((row * width + column) * channels);
      }
      starts.push(sources.length);
    }
  }
  const pixels = height * width;
  const covers = sources.length === pixels && new Set(sources).size === pixels;
  return { starts: Uint32Array.from(starts), sources: Uint32Array.from(sources), covers };
}

function spanOf(from: number, extent: number, size: number): number[] {
  return Array.from({ length: extent }, (_, i) => from + i).filter((at) => at >= 0 && at < size);
}
