import type { Sliding } from './windows.js';

type Pair = readonly [number, number];

/**
 * The deltas of a convolution's output in a border of zeros so wide that every pixel of the input gathers from a
 * window of them, whether those windows of the output exist or not.
 */
export interface DeltaBorder {
  /** Height and width with the border. */
  readonly size: Pair;
  /** Rows and columns of zeros before the deltas. */
  readonly before: Pair;
}

/** @param size - height and width of the input, without padding */
export function deltaBorderOf(
  { output, before }: Sliding,
  size: Pair,
  window: Pair,
  strides: Pair,
): DeltaBorder {
  const axes = ([0, 1] as const).map((axis) => {
    const reach = Math.floor((window[axis] - 1) / strides[axis]);
    const first = Math.floor(before[axis] / strides[axis]);
    const last = Math.floor((size[axis] - 1 + before[axis]) / strides[axis]);
    return { before: reach - first, size: Math.max(reach - first + output[axis], last - first + reach + 1) };
  });
  const [down, across] = axes as [(typeof axes)[number], (typeof axes)[number]];
  return { size: [down.size, across.size], before: [down.before, across.before] };
}
