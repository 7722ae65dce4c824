import fc from 'fast-check';
import { it } from 'vitest';
import { FLAGS } from '../../src/network/records.js';
import { orderByUnits } from '../../src/parameters/unit-order.js';
import { type LinearLayer, linear, linearBack } from '../oracle/linear.js';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { sparseRows, sparseShape } from '../oracle/sparse-rows.js';

const shape = fc.record({
  lanes,
  matrix: sparseShape,
  /** 0 for a dense layer. */
  pixels: fc.nat(3),
  biased: fc.boolean(),
  hasInput: fc.boolean(),
  adds: fc.boolean(),
  masks: fc.boolean(),
  rectifies: fc.boolean(),
  threads: fc.integer({ min: 1, max: 3 }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** A layer by its non-zeros, as the engine keeps them, and as the oracle does. */
function layerOf(operands: Operands, { lanes, matrix: extent, pixels, biased }: Shape) {
  const { starts, indices, values, rows, columns: units } = sparseRows(operands, extent);
  const count = indices.length;
  const window = pixels > 0 ? operands.shuffled(rows + 2).slice(0, rows) : undefined;
  const orders = {
    ...{ rows, units, places: window && Uint32Array.from(window), values },
    ...{ rowStarts: Uint32Array.from(starts), rowUnits: Uint32Array.from(indices) },
    ...{ unitStarts: new Uint32Array(units + 1), unitFeatures: new Uint32Array(count) },
    ...{ unitValues: new Float32Array(count), permutation: new Uint32Array(count) },
  };
  orderByUnits(orders);
  const positions: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) positions.push(row * units + indices[k]!);
  }
  const weights = new Float32Array(rows * units);
  positions.forEach((position, k) => {
    weights[position] = values[k]!;
  });
  const numbers = (n: number, step: number) => Array.from({ length: n }, (_, i) => i * step);
  const layer: LinearLayer = {
    ...{ lanes, rows, units, weights, bias: biased ? operands.floats(units) : undefined },
    places: window ?? numbers(rows, 1),
    // Windows overlap.
    inPixels: numbers(Math.max(1, pixels), 1),
    outPixels: numbers(Math.max(1, pixels), units),
  };
  return { layer, orders, positions, features: pixels > 0 ? rows + 2 + pixels - 1 : rows };
}

it('takes tiles through a layer and back, whoever takes which rows', () => {
  holds(shape, (module, given, operands) => {
    const { threads, hasInput, adds, masks, rectifies } = given;
    const { layer, orders, positions, features } = layerOf(operands, given);
    const { bias, units, outPixels, inPixels } = layer;
    const outputs = outPixels.length * units;
    // Some zeros, which a ReLU before the layer leaves.
    const x = operands.integers(features * given.lanes, 2);
    const before = operands.floats(features * given.lanes);
    const dy = operands.floats(outputs * given.lanes);
    const parts = [x, new Float32Array(dy.length), before, dy];
    const arena = module.floats(parts.flatMap((part) => [...part]));
    const gradients = operands.floats(positions.length);
    const biasGradients = operands.floats(units);
    const at = { gradients: module.floats(gradients), biasGradients: module.floats(biasGradients) };
    const flags =
      (adds ? FLAGS.adds : 0) | (masks ? FLAGS.masksInput : 0) | (rectifies ? FLAGS.rectifies : 0);
    const dx = features + outputs;
    const record = module.record({
      kind: 'linear',
      fields: {
        ...{ x: 0, y: features, dx: hasInput ? dx : -1, dy: dx + features, flags, units, rows: layer.rows },
        ...{ rowStarts: module.words(orders.rowStarts), rowUnits: module.words(orders.rowUnits) },
        ...{ values: module.floats(orders.values), unitStarts: module.words(orders.unitStarts) },
        ...{ unitFeatures: module.words(orders.unitFeatures), unitValues: module.floats(orders.unitValues) },
        ...{ places: orders.places ? module.words(orders.places) : 0, bias: bias ? module.floats(bias) : 0 },
        ...{ pixels: outPixels.length, inPixels: module.words(inPixels), outPixels: module.words(outPixels) },
        ...{ ...at, inputFeatures: features },
      },
    });
    for (let t = 0; t < threads; t++) module.call.linearOf!(given.lanes, record, arena, t, threads);
    const read = (feature: number, length: number) =>
      module.readFloats(arena + feature * given.lanes * 4, length);
    expectClose(read(features, dy.length), linear(layer, x, rectifies));

    for (let t = 0; t < threads; t++) module.call.linearBackOf!(given.lanes, record, arena, 0, t, threads);
    const back = linearBack(layer, x, dy);
    const byWeights = positions.map((position, k) => gradients[k]! + back.byWeights[position]!);
    expectClose(module.readFloats(at.gradients, positions.length), byWeights, 1e-5, 1e-4);
    const byBias = biasGradients.map((value, unit) => value + (bias ? back.byBias[unit]! : 0));
    expectClose(module.readFloats(at.biasGradients, units), byBias);
    const byInput = back.dx.map((value, i) => {
      if (!hasInput) return before[i]!;
      return masks && !(x[i]! > 0) ? 0 : value + (adds ? before[i]! : 0);
    });
    expectClose(read(dx, before.length), byInput);
  });
});
