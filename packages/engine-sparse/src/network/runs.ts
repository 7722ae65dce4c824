import type { DeltaBorder } from './gathering.js';
import type { Framed } from './value.js';
import type { Sliding } from './windows.js';

type Pair = readonly [number, number];

/** Words of one run, as assembly/layer.ts reads it. */
export type Run = readonly number[];

/** A convolution's window and the images on both sides. */
export interface Walk {
  readonly sliding: Sliding;
  readonly strides: Pair;
  readonly channels: number;
  readonly units: number;
}

/**
 * Rows of output pixels: where they begin in x, y and the deltas, and how many pixels they have.
 * @param border - undefined where the deltas have none
 * @param framed - how y lies where it has a border
 */
export function forwardRuns(
  { sliding, strides, channels, units }: Walk,
  border: DeltaBorder | undefined,
  framed?: Framed,
): Run[] {
  const [height, width] = sliding.output;
  return Array.from({ length: height }, (_, y) => {
    const from = y * strides[0] * sliding.paddedSize[1] * channels;
    const plain = y * width * units;
    const to = framed === undefined ? plain : framed.first + y * framed.row;
    if (border === undefined) return [from, to, plain, width];
    const delta = ((y + border.before[0]) * border.size[1] + border.before[1]) * units;
    return [from, to, delta, width];
  });
}

/**
 * Rows of input pixels that meet the same cells: as many for each row of the image as the window makes steps of
 * pixels. Where they begin in the deltas with their border, in the gradient and in x, how many pixels they have, and
 * the first of the rows that gather for them.
 * @param framed - how the gradient lies where it has a border
 */
export function backwardRuns(
  { sliding, strides, channels, units }: Walk,
  [height, width]: Pair,
  border: DeltaBorder,
  framed?: Framed,
): Run[] {
  const { before, paddedSize } = sliding;
  const runs: Run[] = [];
  for (let y = 0; y < height; y++) {
    const down = y + before[0];
    const deltaRow = Math.floor(down / strides[0]) - Math.floor(before[0] / strides[0]);
    for (let first = 0; first < Math.min(strides[1], width); first++) {
      const across = first + before[1];
      const deltaColumn = Math.floor(across / strides[1]) - Math.floor(before[1] / strides[1]);
      const phase = (down % strides[0]) * strides[1] + (across % strides[1]);
      runs.push([
        (deltaRow * border.size[1] + deltaColumn) * units,
        (framed === undefined ? y * width * channels : framed.first + y * framed.row) + first * channels,
        (down * paddedSize[1] + across) * channels,
        Math.ceil((width - first) / strides[1]),
        phase * channels,
      ]);
    }
  }
  return runs;
}
