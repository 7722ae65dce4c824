import { type ShapedNode, type ShapedParameter, sizeOf } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import { DenseParameter } from '../parameters/dense-parameter.js';
import { geometryOf, type Image } from '../parameters/geometry.js';
import { Kernel } from '../parameters/kernel.js';
import { type DeltaBorder, deltaBorderOf } from './gathering.js';
import type { Stage } from './plan.js';
import { type Fields, FLAGS } from './records.js';
import { backwardRuns, forwardRuns, type Run } from './runs.js';
import type { Borders, Framed, Value } from './value.js';
import { type Sliding, slide } from './windows.js';

type Pair = readonly [number, number];

/** A convolution's window, and the images that it slides over. */
export interface Convolution {
  readonly sliding: Sliding;
  readonly deltas: DeltaBorder;
  readonly strides: Pair;
  readonly window: Pair;
  /** Height, width and channels of the input. */
  readonly input: readonly [number, number, number];
  readonly units: number;
}

/** Of a convolution; undefined for dense layers. */
export function convolutionOf({ node, inputShapes, outputShape }: ShapedNode): Convolution | undefined {
  if (node.kind !== 'conv2d' && node.kind !== 'depthwiseConv2d') return undefined;
  const input = inputShapes[0] as readonly [number, number, number];
  const { kernelSize: window, strides, padding } = node;
  const sliding = slide([input[0], input[1]], window, strides, padding);
  const deltas = deltaBorderOf(sliding, [input[0], input[1]], window, strides);
  return { sliding, deltas, strides, window, input, units: outputShape.at(-1) as number };
}

/** Features of a convolution's images with their borders of zeros, where it needs them. */
export function bordersOf(shaped: ShapedNode): Borders {
  const convolution = convolutionOf(shaped);
  if (convolution === undefined) return { input: undefined, deltas: undefined };
  const { sliding, deltas, input, units } = convolution;
  const differs = (size: Pair, plain: Pair) => size[0] !== plain[0] || size[1] !== plain[1];
  const frame = ({ size, before }: DeltaBorder, channels: number): Framed => {
    const row = size[1] * channels;
    return { features: size[0] * row, first: before[0] * row + before[1] * channels, row };
  };
  const { paddedSize, before } = sliding;
  return {
    input: differs(paddedSize, [input[0], input[1]])
      ? frame({ size: paddedSize, before }, input[2])
      : undefined,
    deltas: differs(deltas.size, sliding.output) ? frame(deltas, units) : undefined,
  };
}

/** A layer of weights: the same sparse matrix at every pixel of its output. */
export class LinearLayer {
  readonly kernel: Kernel;
  readonly bias: DenseParameter | undefined;
  /** The value that its gradient by the input belongs to. */
  readonly input: Value;
  /** The value that its window slides over: the input, or that with a border. */
  readonly source: Value;
  readonly output: Value;
  readonly pixels: number;
  /** u32 [pixels]: the first feature of the window, and of the output's deltas. */
  readonly inPixels: number;
  readonly outPixels: number;
  /** Whether the gradient by its input is multiplied by whether that input is above 0. */
  readonly masksInput: boolean;
  /** What does not change with the topology. */
  readonly #walk: Fields;
  /** Rows that gather for a run. */
  readonly #channels: number;

  constructor(
    { shaped, inputs, padded, bordered, output }: Stage,
    slotNames: readonly string[],
    shared: SharedMemory,
    gradients: number,
  ) {
    const [kernel, bias] = shaped.parameters as [ShapedParameter, ShapedParameter | undefined];
    const walk = walkOf(shaped, bordered !== undefined, inputs[0] as Value, output);
    const geometry = geometryOf(kernel.layer!, walk.image);
    const pixels = pixelsOf(walk, geometry.units, output.framedDelta !== undefined);
    // More weights share a unit than an input where there are fewer units.
    const sumsByUnits = pixels.input.length > 1 && geometry.rows > geometry.units;
    this.kernel = new Kernel(kernel, geometry, slotNames, shared, gradients, sumsByUnits);
    this.bias = bias && new DenseParameter(bias, slotNames, shared, gradients);
    this.input = inputs[0] as Value;
    this.source = padded ?? this.input;
    this.output = output;
    // The only reader of a rectified value can mask its gradient where it writes it.
    this.masksInput = this.input.rectified && this.input.readers === 1;
    this.pixels = pixels.input.length;
    const what = `the pixels of ${this.kernel.name}`;
    this.inPixels = shared.store(pixels.input, what);
    this.outPixels = shared.store(pixels.output, what);
    this.#channels = walk.channels;
    this.#walk = {
      runs: shared.store(walk.forward.flat(), what),
      runCount: walk.forward.length,
      inStep: walk.inStep,
      backRuns: shared.store(walk.backward.flat(), what),
      backRunCount: walk.backward.length,
      backStep: walk.backStep,
      dy: bordered ?? output.delta,
    };
  }

  /** The record of both directions, as the topology stands. */
  fields(adds: boolean): Fields {
    const { kernel, bias, input, source, output } = this;
    const { geometry } = kernel;
    const flags =
      (adds ? FLAGS.adds : 0) |
      (this.masksInput ? FLAGS.masksInput : 0) |
      (output.rectified ? FLAGS.rectifies : 0);
    const gathers = geometry.gathering !== undefined;
    return {
      ...this.#walk,
      x: source.offset,
      y: output.offset,
      dx: input.delta,
      flags,
      units: geometry.units,
      rows: geometry.rows,
      rowStarts: kernel.rowStarts,
      rowUnits: kernel.rowUnits,
      unitGradients: kernel.unitGradients,
      gradients: kernel.gradients,
      stride: kernel.stride,
      unitStarts: kernel.unitStarts,
      unitFeatures: kernel.unitFeatures,
      unitValues: kernel.unitValues,
      permutation: kernel.permutation,
      places: kernel.places,
      bias: bias?.values ?? 0,
      biasGradients: bias?.gradients ?? 0,
      biasStride: bias?.stride ?? 0,
      backStarts: gathers ? kernel.gatherStarts : kernel.rowStarts,
      backUnits: gathers ? kernel.gatherDeltas : kernel.rowUnits,
      backValues: gathers ? kernel.gatherValues : kernel.values,
      backRows: gathers ? this.#channels : geometry.rows,
    };
  }
}

/** The pixels that a layer meets, as rows of neighbours. */
interface LayerWalk {
  readonly image: Image | undefined;
  readonly forward: readonly Run[];
  readonly backward: readonly Run[];
  /** Features from a pixel to the next, forward in x and back in the gradient by it. */
  readonly inStep: number;
  readonly backStep: number;
  /** Features of one pixel of the input. */
  readonly channels: number;
}

/** @param bordered - whether there are deltas with their border of zeros */
function walkOf(shaped: ShapedNode, bordered: boolean, from: Value, output: Value): LayerWalk {
  const convolution = convolutionOf(shaped);
  if (convolution === undefined) {
    const inputShape = shaped.inputShapes[0] as readonly number[];
    const channels = inputShape.at(-1) as number;
    const count = sizeOf(inputShape) / channels;
    return {
      image: undefined,
      forward: [[0, 0, 0, count]],
      backward: [[0, 0, 0, count, 0]],
      inStep: channels,
      backStep: channels,
      channels,
    };
  }
  const { sliding, deltas, strides, input, units } = convolution;
  const [height, width, channels] = input;
  const walk = { sliding, strides, channels, units };
  return {
    image: {
      rowFeatures: sliding.paddedSize[1] * channels,
      strides,
      deltaRowFeatures: deltas.size[1] * units,
    },
    forward: forwardRuns(walk, bordered ? deltas : undefined, output.framed),
    backward: backwardRuns(walk, [height, width], deltas, from.framedDelta),
    inStep: strides[1] * channels,
    backStep: strides[1] * channels,
    channels,
  };
}

/**
 * The first feature of the window, and of the output's deltas, at every pixel.
 * @param framed - whether the deltas themselves lie in a border, not a copy of them
 */
function pixelsOf({ forward, inStep }: LayerWalk, units: number, framed: boolean) {
  const input: number[] = [];
  const output: number[] = [];
  for (const [from, , delta, count] of forward as [number, number, number, number][]) {
    for (let i = 0; i < count; i++) {
      output.push(framed ? delta + i * units : input.length * units);
      input.push(from + i * inStep);
    }
  }
  return { input, output };
}
