import type { Padding } from '@espalier/core';

/** Where a sliding window stands along one axis. */
export interface WindowPlacement {
  /** How many places the window takes: the size of the output. */
  readonly count: number;
  /** Padding before the first value; the window at place i begins at i x stride - before. */
  readonly before: number;
}

/**
 * Places a window along one axis as TensorFlow does: `same` gives ceil(size / stride) places and pads half on
 * either side, the odd one at the end; `valid` pads nothing.
 *
 * @param size - values along the axis
 * @param window - extent of the window
 * @param stride - distance of two places
 * @param padding - see {@link Padding}
 * @returns count 0 where a `valid` window is larger than the axis
 */
export function slideWindow(size: number, window: number, stride: number, padding: Padding): WindowPlacement {
  if (padding === 'valid') {
    return { count: Math.max(0, Math.floor((size - window) / stride) + 1), before: 0 };
  }
  const count = Math.ceil(size / stride);
  const total = Math.max(0, (count - 1) * stride + window - size);
  return { count, before: Math.floor(total / 2) };
}
