import * as tf from '@tensorflow/tfjs';

/** Attributes of the gradients of pooling. */
export interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The pixels under one pooling window, in flat indices of pixels: rows of the image are `stride` apart. */
export interface PoolWindow {
  /** Index of the output pixel over batch, height and width. */
  readonly output: number;
  /** Index of the first input pixel over batch, height and width. */
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
  /** Pixels from one row of the image to the next. */
  readonly stride: number;
}

/** Visits the windows of a 2-D pooling; padding is left out of them. The window handed over is reused. */
export function forEachWindow(
  shape: [number, number, number, number],
  attributes: PoolAttributes,
  visit: (window: PoolWindow) => void,
): void {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const window = { output: 0, first: 0, rows: 0, columns: 0, stride: inWidth };
  for (let example = 0; example < shape[0]; example++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const y = outY * info.strideHeight - padInfo.top;
      const top = Math.max(0, y);
      window.rows = Math.min(inHeight, y + info.filterHeight) - top;
      for (let outX = 0; outX < outWidth; outX++) {
        const x = outX * info.strideWidth - padInfo.left;
        const left = Math.max(0, x);
        window.columns = Math.min(inWidth, x + info.filterWidth) - left;
        window.first = (example * inHeight + top) * inWidth + left;
        visit(window);
        window.output++;
      }
    }
  }
}
