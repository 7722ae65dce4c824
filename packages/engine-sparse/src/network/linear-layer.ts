import { type ShapedNode, type ShapedParameter, sizeOf } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import { DenseParameter } from '../parameters/dense-parameter.js';
import { geometryOf } from '../parameters/geometry.js';
import { Kernel } from '../parameters/kernel.js';
import { type Fields, FLAGS } from './records.js';
import type { Value } from './value.js';
import { type Sliding, slide } from './windows.js';

/** Where the window of a convolution stands; undefined for dense layers. */
export function slidingOf({ node, inputShapes }: ShapedNode): Sliding | undefined {
  if (node.kind !== 'conv2d' && node.kind !== 'depthwiseConv2d') return undefined;
  const [height, width] = inputShapes[0] as readonly [number, number, number];
  return slide([height, width], node.kernelSize, node.strides, node.padding);
}

/** Features of the image with its border of zeros, where a layer needs one. */
export function paddedFeaturesOf(shaped: ShapedNode): number | undefined {
  const sliding = slidingOf(shaped);
  if (sliding === undefined) return undefined;
  const [height, width, channels] = shaped.inputShapes[0] as readonly [number, number, number];
  const [paddedHeight, paddedWidth] = sliding.paddedSize;
  if (paddedHeight === height && paddedWidth === width) return undefined;
  return paddedHeight * paddedWidth * channels;
}

/** A layer of weights: the same sparse matrix at every pixel of its output. */
export class LinearLayer {
  readonly kernel: Kernel;
  readonly bias: DenseParameter | undefined;
  /** The value that its window slides over. */
  readonly source: Value;
  readonly output: Value;
  readonly pixels: number;
  /** u32 [pixels]: the first feature of the window, and of the output's channels. */
  readonly inPixels: number;
  readonly outPixels: number;
  /** Whether the gradient by its input is multiplied by whether that input is above 0. */
  readonly masksInput: boolean;

  constructor(
    shaped: ShapedNode,
    source: Value,
    output: Value,
    masksInput: boolean,
    slotNames: readonly string[],
    shared: SharedMemory,
    gradients: number,
  ) {
    const [kernel, bias] = shaped.parameters as [ShapedParameter, ShapedParameter | undefined];
    const pixels = pixelsOf(shaped);
    this.kernel = new Kernel(
      kernel,
      geometryOf(kernel.layer!, pixels.rowFeatures),
      slotNames,
      shared,
      gradients,
    );
    this.bias = bias && new DenseParameter(bias, slotNames, shared, gradients);
    this.source = source;
    this.output = output;
    this.masksInput = masksInput;
    this.pixels = pixels.input.length;
    this.inPixels = shared.store(pixels.input, `the pixels of ${this.kernel.name}`);
    this.outPixels = shared.store(pixels.output, `the pixels of ${this.kernel.name}`);
  }

  /** The record of both directions, as the topology stands. */
  fields(adds: boolean): Fields {
    const { kernel, bias, source, output } = this;
    const flags =
      (adds ? FLAGS.adds : 0) |
      (this.masksInput ? FLAGS.masksInput : 0) |
      (output.rectified ? FLAGS.rectifies : 0);
    return {
      x: source.offset,
      y: output.offset,
      dx: source.delta,
      dy: output.delta,
      flags,
      units: kernel.geometry.units,
      rows: kernel.geometry.rows,
      rowStarts: kernel.rowStarts,
      rowUnits: kernel.rowUnits,
      values: kernel.values,
      gradients: kernel.gradients,
      stride: kernel.stride,
      unitStarts: kernel.unitStarts,
      unitFeatures: kernel.unitFeatures,
      unitValues: kernel.unitValues,
      places: kernel.places,
      bias: bias?.values ?? 0,
      biasGradients: bias?.gradients ?? 0,
      biasStride: bias?.stride ?? 0,
      pixels: this.pixels,
      inPixels: this.inPixels,
      outPixels: this.outPixels,
      inputFeatures: source.features,
    };
  }
}

interface Pixels {
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Features from one row of the image to the next. */
  readonly rowFeatures: number;
}

function pixelsOf(shaped: ShapedNode): Pixels {
  const { node, inputShapes, outputShape } = shaped;
  const inputShape = inputShapes[0] as readonly number[];
  const channels = inputShape.at(-1) as number;
  const units = outputShape.at(-1) as number;
  const sliding = slidingOf(shaped);
  if (sliding === undefined) {
    const rows = Array.from({ length: sizeOf(inputShape) / channels }, (_, row) => row);
    return { input: rows.map((r) => r * channels), output: rows.map((r) => r * units), rowFeatures: 0 };
  }
  const { strides } = node as { strides: readonly [number, number] };
  const rowFeatures = sliding.paddedSize[1] * channels;
  const input: number[] = [];
  const output: number[] = [];
  for (let y = 0; y < sliding.output[0]; y++) {
    for (let x = 0; x < sliding.output[1]; x++) {
      input.push(y * strides[0] * rowFeatures + x * strides[1] * channels);
      output.push((y * sliding.output[1] + x) * units);
    }
  }
  return { input, output, rowFeatures };
}
