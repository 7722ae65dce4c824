import type { LayerShape } from '@espalier/core';
import type { Parameter } from '../parameter.js';
import { factorsOf } from './factors.js';
import type { Operation } from './operation.js';
import type { SlidingPixels } from './pixels.js';

/**
 * Dense, convolution and depthwise convolution in one: the weight at a position carries one input channel to
 * one unit, from every pixel that its cell of the kernel sees. A dense layer is a window of one cell.
 *
 * @param shape - tells input channel and unit of a position
 * @param pixels - where the kernel slides
 */
export function linear(
  shape: LayerShape,
  pixels: SlidingPixels,
  kernel: Parameter,
  bias: Parameter | undefined,
): Operation {
  const { inputs, units } = shape;
  const { cells, inputPixels, outputPixels } = pixels;
  const cellSize = shape.size / cells.length;
  const cellOf = (position: number) => cells[Math.floor(position / cellSize)]!;

  return ([x], { examples, everywhere, taps = false }) => {
    const input = x!;
    const output = new Float64Array(examples * outputPixels * units);
    if (bias !== undefined) {
      for (let i = 0; i < output.length; i++) output[i] = bias.values[i % units]!;
    }
    for (const position of kernel.active) {
      const { from, to } = cellOf(position);
      const channel = shape.inputOf(position);
      const unit = shape.unitOf(position);
      const weight = kernel.values[position]!;
      for (let n = 0; n < examples; n++) {
        for (let k = 0; k < from.length; k++) {
          const value = input[(n * inputPixels + from[k]!) * inputs + channel]!;
          output[(n * outputPixels + to[k]!) * units + unit]! += weight * value;
        }
      }
    }

    function backward(upstream: Float64Array): readonly Float64Array[] {
      kernel.factors = taps
        ? (sign) => factorsOf(shape, pixels, { examples, input, upstream }, sign)
        : undefined;
      if (bias !== undefined) {
        bias.gradient.fill(0);
        for (let i = 0; i < upstream.length; i++) bias.gradient[i % units]! += upstream[i]!;
      }
      for (const position of everywhere ? kernel.everywhere : kernel.active) {
        const { from, to } = cellOf(position);
        const channel = shape.inputOf(position);
        const unit = shape.unitOf(position);
        let sum = 0;
        for (let n = 0; n < examples; n++) {
          for (let k = 0; k < from.length; k++) {
            const value = input[(n * inputPixels + from[k]!) * inputs + channel]!;
            sum += value * upstream[(n * outputPixels + to[k]!) * units + unit]!;
          }
        }
        kernel.gradient[position] = sum;
      }
      const gradient = new Float64Array(input.length);
      for (const position of kernel.active) {
        const { from, to } = cellOf(position);
        const channel = shape.inputOf(position);
        const unit = shape.unitOf(position);
        const weight = kernel.values[position]!;
        for (let n = 0; n < examples; n++) {
          for (let k = 0; k < from.length; k++) {
            const value = upstream[(n * outputPixels + to[k]!) * units + unit]!;
            gradient[(n * inputPixels + from[k]!) * inputs + channel]! += weight * value;
          }
        }
      }
      return [gradient];
    }
    return { output, backward };
  };
}
