import * as tf from '@tensorflow/tfjs';
import type { PoolAttributes } from './pool-attributes.js';
import { replaceKernel } from './replace-kernel.js';

/**
 * Corrects the gradient of average pooling. The stock kernel divides by the whole window even where the forward
 * pass, which leaves padding out, divided by fewer pixels: with `same` padding it is wrong at the border.
 */
export function registerAvgPoolGrad(backend: 'wasm' | 'cpu'): void {
  replaceKernel<PoolAttributes>(
    'AvgPoolGrad',
    (stock) =>
      ({ dy, input }, attributes) =>
        tf.tidy(() => {
          const scaled = tf.mul(dy!, windowOverPixels(input!.shape as tf.Tensor4D['shape'], attributes));
          const gradient = stock!({ dy: scaled, input: input! }, attributes);
          return tf.engine().makeTensorFromTensorInfo(gradient);
        }),
    backend,
  );
}

/** For each output pixel the size of the window over the number of pixels that lie on the image: [h, w, 1]. */
function windowOverPixels(shape: [number, number, number, number], attributes: PoolAttributes): tf.Tensor3D {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const rows = covered(outHeight, info.strideHeight, filterHeight, padInfo.top, inHeight);
  const columns = covered(outWidth, info.strideWidth, filterWidth, padInfo.left, inWidth);
  const ratios = Float32Array.from(
    { length: outHeight * outWidth },
    (_, i) => (filterHeight * filterWidth) / (rows[Math.floor(i / outWidth)]! * columns[i % outWidth]!),
  );
  return tf.tensor3d(ratios, [outHeight, outWidth, 1]);
}

function covered(count: number, stride: number, extent: number, before: number, size: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const first = i * stride - before;
    return Math.min(size, first + extent) - Math.max(0, first);
  });
}
