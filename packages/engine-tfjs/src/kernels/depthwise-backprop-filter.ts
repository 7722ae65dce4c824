import * as tf from '@tensorflow/tfjs';
import { replaceKernel } from './replace-kernel.js';

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * Supplies the gradient of a depthwise convolution by its filter, which the WASM backend lacks: for each filter
 * tap and output pixel the input pixel below times dy, summed over batch and pixels.
 */
export function registerDepthwiseBackpropFilter(): void {
  replaceKernel<Attributes>('DepthwiseConv2dNativeBackpropFilter', () => ({ x, dy }, attributes, backend) => {
    const { strides, pad, dimRoundingMode, filterShape } = attributes;
    const input = x as tf.Tensor4D;
    const info = tf.backend_util.computeConv2DInfo(
      input.shape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      true,
    );
    const [rows, columns, channels, multiplier] = filterShape;
    const [batch, height, width] = input.shape;
    const { outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
    const units = channels * multiplier;
    const output = backend.makeOutput(filterShape, 'float32');
    const gradient = backend.typedArrayFromHeap(output);
    const pixels = backend.typedArrayFromHeap(input);
    const errors = backend.typedArrayFromHeap(dy!);
    const sums = new Float64Array(units);
    for (let row = 0; row < rows; row++) {
      const shiftY = row - padInfo.top;
      for (let column = 0; column < columns; column++) {
        const shiftX = column - padInfo.left;
        sums.fill(0);
        for (let example = 0; example < batch; example++) {
          for (let outY = 0; outY < outHeight; outY++) {
            const y = outY * strideHeight + shiftY;
            if (y < 0 || y >= height) continue;
            for (let outX = 0; outX < outWidth; outX++) {
              const x = outX * strideWidth + shiftX;
              if (x < 0 || x >= width) continue;
              const pixel = ((example * height + y) * width + x) * channels;
              const error = ((example * outHeight + outY) * outWidth + outX) * units;
              if (multiplier === 1) {
                for (let c = 0; c < channels; c++) sums[c]! += pixels[pixel + c]! * errors[error + c]!;
              } else {
                for (let u = 0; u < units; u++) {
                  sums[u]! += pixels[pixel + ((u / multiplier) | 0)]! * errors[error + u]!;
                }
              }
            }
          }
        }
        gradient.set(sums, (row * columns + column) * units);
      }
    }
    return output;
  });
}
