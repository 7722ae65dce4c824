import type { LayerDescription } from '@espalier/core';
import fc from 'fast-check';
import { it } from 'vitest';
import { deltaBorderOf } from '../../src/network/gathering.js';
import { FLAGS } from '../../src/network/records.js';
import { backwardRuns, forwardRuns, type Run } from '../../src/network/runs.js';
import { slide } from '../../src/network/windows.js';
import { orderByGathering } from '../../src/parameters/gather-order.js';
import { type Geometry, geometryOf } from '../../src/parameters/geometry.js';
import { type LinearLayer, linear, linearBack } from '../oracle/linear.js';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { pad, padBack } from '../oracle/pack.js';
import { sparseRows } from '../oracle/sparse-rows.js';
import type { TestingModule } from '../oracle/testing-module.js';
import { orderByUnits } from '../oracle/unit-order.js';

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

const shape = fc.record({
  lanes,
  channels: fc.integer({ min: 1, max: 4 }),
  units: fc.integer({ min: 1, max: 9 }),
  density: fc.constantFrom(0, 0.1, 0.4, 1),
  /** Of a dense layer; undefined for a convolution. */
  pixels: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  size: pair(1, 7),
  window: pair(1, 3),
  strides: pair(1, 3),
  padding: fc.constantFrom('same' as const, 'valid' as const),
  biased: fc.boolean(),
  hasInput: fc.boolean(),
  adds: fc.boolean(),
  masks: fc.boolean(),
  rectifies: fc.boolean(),
  threads: fc.integer({ min: 1, max: 3 }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** How a layer meets its images: for the oracle by lists, for the kernels by runs. */
interface Walk {
  readonly geometry: Geometry;
  readonly forward: readonly Run[];
  readonly backward: readonly Run[];
  readonly inStep: number;
  readonly backRows: number;
  readonly places: readonly number[];
  readonly inPixels: readonly number[];
  readonly border: { readonly lanes: number } & Readonly<
    Record<'height' | 'row' | 'above' | 'below' | 'left' | 'right', number>
  >;
  readonly deltas: Walk['border'];
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

function denseWalk({ lanes, channels, units }: Shape, pixels: number): Walk {
  const description: LayerDescription = { name: 'layer', kind: 'dense', shape: [channels, units] };
  const none = { lanes, above: 0, below: 0, left: 0, right: 0, height: 1 };
  return {
    geometry: geometryOf(description, undefined),
    forward: [[0, 0, 0, pixels]],
    backward: [[0, 0, 0, pixels, 0]],
    inStep: channels,
    backRows: channels,
    places: numbers(channels),
    inPixels: numbers(pixels).map((p) => p * channels),
    border: { ...none, row: pixels * channels },
    deltas: { ...none, row: pixels * units },
  };
}

function convolutionWalk({ lanes, channels, units, window, strides, padding, ...rest }: Shape): Walk {
  const { hasInput } = rest;
  // A window must fit into an image that has no border.
  const size = [0, 1].map((i) => Math.max(rest.size[i]!, window[i]!)) as [number, number];
  const sliding = slide(size, window, strides, padding);
  const { output, before, paddedSize } = sliding;
  const rowFeatures = paddedSize[1] * channels;
  const deltaBorder = deltaBorderOf(sliding, size, window, strides);
  const description: LayerDescription = {
    ...{ name: 'layer', kind: 'convolution', shape: [...window, channels, units] },
  };
  const image = { rowFeatures, strides, deltaRowFeatures: deltaBorder.size[1] * units };
  const walk = { sliding, strides, channels, units };
  const frame = (
    outer: readonly number[],
    inner: readonly number[],
    from: readonly number[],
    of: number,
  ) => ({
    lanes,
    height: inner[0]!,
    row: inner[1]! * of,
    above: from[0]!,
    below: outer[0]! - inner[0]! - from[0]!,
    left: from[1]! * of,
    right: (outer[1]! - inner[1]! - from[1]!) * of,
  });
  return {
    geometry: geometryOf(description, image),
    // Deltas that nothing is gathered from have no border.
    forward: forwardRuns(walk, hasInput ? deltaBorder : undefined),
    backward: backwardRuns(walk, size, deltaBorder),
    inStep: strides[1] * channels,
    backRows: channels,
    places: numbers(window[0] * window[1] * channels).map((row) => {
      const cell = Math.floor(row / channels);
      return Math.floor(cell / window[1]) * rowFeatures + (cell % window[1]) * channels + (row % channels);
    }),
    inPixels: numbers(output[0] * output[1]).map((p) => {
      const [y, x] = [Math.floor(p / output[1]), p % output[1]];
      return y * strides[0] * rowFeatures + x * strides[1] * channels;
    }),
    border: frame(paddedSize, size, before, channels),
    deltas: frame(deltaBorder.size, output, deltaBorder.before, units),
  };
}

/** A layer by its non-zeros, as the engine keeps them, and as the oracle does. */
function layerOf(operands: Operands, given: Shape) {
  const { lanes, units, pixels, biased, density } = given;
  const walk = pixels === undefined ? convolutionWalk(given) : denseWalk(given, pixels);
  const { rows, places, gathering } = walk.geometry;
  const { starts, indices, values } = sparseRows(operands, { rows, columns: units, density });
  const count = indices.length;
  const byPositions = { rowStarts: Uint32Array.from(starts), rowUnits: Uint32Array.from(indices), values };
  const orders = {
    ...{ rows, units, places, ...byPositions, unitStarts: new Uint32Array(units + 1) },
    ...{ unitFeatures: new Uint32Array(count), unitValues: new Float32Array(count) },
    permutation: new Uint32Array(count),
  };
  orderByUnits(orders);
  const gathered = gathering && {
    ...{ order: gathering, ...byPositions, starts: new Uint32Array(gathering.rows + 1) },
    ...{ deltas: new Uint32Array(count), gathered: new Float32Array(count) },
    permutation: new Uint32Array(count),
  };
  if (gathered !== undefined) orderByGathering(gathered);
  const positions = indices.map((unit, k) => rowOf(starts, k) * units + unit);
  const weights = new Float32Array(rows * units);
  positions.forEach((position, k) => {
    weights[position] = values[k]!;
  });
  const layer: LinearLayer = {
    ...{ lanes, rows, units, weights, bias: biased ? operands.floats(units) : undefined },
    ...{ places: walk.places, inPixels: walk.inPixels, outPixels: walk.inPixels.map((_, p) => p * units) },
  };
  return { walk, layer, orders, gathered, positions };
}

function rowOf(starts: readonly number[], k: number): number {
  return starts.findIndex((_, row) => starts[row + 1]! > k);
}

/** The words of a record that say where non-zeros lie. */
function wordsOf(module: TestingModule, { walk, orders, gathered }: ReturnType<typeof layerOf>) {
  const { geometry, forward, backward, inStep, backRows } = walk;
  const rowStarts = module.words(orders.rowStarts);
  const rowUnits = module.words(orders.rowUnits);
  const values = module.floats(orders.values);
  return {
    ...{
      units: geometry.units,
      rows: geometry.rows,
      rowStarts,
      rowUnits,
      permutation: module.words(orders.permutation),
    },
    ...{ unitStarts: module.words(orders.unitStarts), unitFeatures: module.words(orders.unitFeatures) },
    ...{
      unitValues: module.floats(orders.unitValues),
      places: orders.places ? module.words(orders.places) : 0,
    },
    ...{ runs: module.words(forward.flat()), runCount: forward.length, inStep },
    ...{ backRuns: module.words(backward.flat()), backRunCount: backward.length, backStep: inStep, backRows },
    backStarts: gathered ? module.words(gathered.starts) : rowStarts,
    backUnits: gathered ? module.words(gathered.deltas) : rowUnits,
    backValues: gathered ? module.floats(gathered.gathered) : values,
  };
}

it('takes tiles through a layer and back, whoever takes which part', () => {
  holds(shape, (module, given, operands) => {
    const { lanes, threads, hasInput, adds, masks, rectifies } = given;
    const made = layerOf(operands, given);
    const { walk, layer, positions } = made;
    const { bias, units, outPixels } = layer;
    // Some zeros, which a ReLU before the layer leaves.
    const image = operands.integers(walk.border.height * walk.border.row * lanes, 2);
    const x = pad(walk.border, image);
    const before = operands.floats(image.length);
    const dy = operands.floats(outPixels.length * units * lanes);
    const bordered = pad(walk.deltas, dy);
    const parts = [x, new Float32Array(dy.length), before, dy, bordered];
    const at = [0];
    for (const part of parts) at.push(at.at(-1)! + part.length / lanes);
    const [, y, dx, plain, bordering] = at as [number, number, number, number, number];
    const arena = module.floats(parts.flatMap((part) => [...part]));
    const gradients = operands.floats(positions.length);
    const biasGradients = operands.floats(units);
    const sums = { gradients: module.floats(gradients), biasGradients: module.floats(biasGradients) };
    const byUnits = operands.below(2) === 1;
    const flags =
      (adds ? FLAGS.adds : 0) | (masks ? FLAGS.masksInput : 0) | (rectifies ? FLAGS.rectifies : 0);
    const record = module.record({
      kind: 'linear',
      fields: {
        ...{
          x: 0,
          y,
          dx: hasInput ? dx : -1,
          dy: hasInput ? bordering : plain,
          flags,
          ...wordsOf(module, made),
          ...sums,
        },
        bias: bias ? module.floats(bias) : 0,
        unitGradients: byUnits ? module.floats(gradients) : 0,
      },
    });
    for (let t = 0; t < threads; t++) module.call.linearOf!(lanes, record, arena, t, threads);
    const read = (feature: number, length: number) => module.readFloats(arena + feature * lanes * 4, length);
    expectClose(read(y, dy.length), linear(layer, x, rectifies));

    for (let t = 0; t < threads; t++) module.call.linearBackOf!(lanes, record, arena, 0, t, threads);
    const back = linearBack(layer, x, dy);
    const byWeights = positions.map((position, k) => gradients[k]! + back.byWeights[position]!);
    expectClose(module.readFloats(sums.gradients, positions.length), byWeights, 1e-5, 1e-4);
    const byBias = biasGradients.map((value, unit) => value + (bias ? back.byBias[unit]! : 0));
    expectClose(module.readFloats(sums.biasGradients, units), byBias, 1e-5, 1e-4);
    const byInput = padBack(walk.border, back.dx).map((value, i) => {
      if (!hasInput) return before[i]!;
      return masks && !(image[i]! > 0) ? 0 : value + (adds ? before[i]! : 0);
    });
    expectClose(read(dx, before.length), byInput, 1e-5, 3e-5);
  });
});
