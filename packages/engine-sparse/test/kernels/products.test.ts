import fc from 'fast-check';
import { it } from 'vitest';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { sddmm } from '../oracle/sddmm.js';
import { sparseRows, sparseShape } from '../oracle/sparse-rows.js';
import { spmm } from '../oracle/spmm.js';

const ADDS = 1;
const RECTIFIES = 2;
const MASKS = 4;

const finishOf = (mode: number, mask: Float32Array) => ({
  adds: (mode & ADDS) > 0,
  rectifies: (mode & RECTIFIES) > 0,
  mask: mode & MASKS ? mask : undefined,
});

const tile = { lanes, matrix: sparseShape, scattered: fc.boolean(), part: fc.boolean() };

/** Where rows are more than features to choose from, and in any order. */
function placesOf(operands: Operands, rows: number, scattered: boolean) {
  const features = scattered ? rows + 3 : rows;
  return { features, places: scattered ? operands.shuffled(features).slice(0, rows) : undefined };
}

function rangeOf(operands: Operands, rows: number, part: boolean): [number, number] {
  const from = part ? operands.below(rows + 1) : 0;
  return [from, part ? from + operands.below(rows - from + 1) : rows];
}

it('multiplies sparse rows with a tile: spmm', () => {
  const shape = fc.record({ ...tile, biased: fc.boolean(), mode: fc.integer({ min: 0, max: 7 }) });
  holds(shape, (module, { lanes, matrix: extent, part, biased, mode }, operands) => {
    const matrix = sparseRows(operands, extent);
    const features = matrix.rows;
    const range = rangeOf(operands, matrix.rows, part);
    const source = operands.floats(matrix.columns * lanes);
    const target = operands.floats(features * lanes);
    const bias = biased ? operands.floats(matrix.rows) : undefined;
    // Some zeros, which are not above 0.
    const mask = operands.integers(features * lanes, 1);
    const at = module.floats(target);
    module.call.spmmOf!(
      lanes,
      ...range,
      module.words(matrix.starts),
      module.words(matrix.indices),
      module.floats(matrix.values),
      module.floats(source),
      at,
      bias ? module.floats(bias) : 0,
      mode,
      module.floats(mask),
    );
    const expected = spmm(matrix, { lanes, range, source, target, bias, ...finishOf(mode, mask) });
    expectClose(module.readFloats(at, target.length), expected);
  });
});

it('samples the product of two tiles where there are weights: sddmm', () => {
  holds(fc.record(tile), (module, { lanes, matrix: extent, scattered, part }, operands) => {
    const matrix = sparseRows(operands, extent);
    const { features, places } = placesOf(operands, matrix.rows, scattered);
    const range = rangeOf(operands, matrix.rows, part);
    const left = operands.floats(features * lanes);
    const right = operands.floats(matrix.columns * lanes);
    const gradient = operands.floats(matrix.indices.length);
    const at = module.floats(gradient);
    module.call.sddmmOf!(
      lanes,
      ...range,
      module.words(matrix.starts),
      module.words(matrix.indices),
      at,
      module.floats(left),
      module.floats(right),
      places ? module.words(places) : 0,
    );
    const expected = sddmm(matrix, { lanes, range, left, right, places, gradient });
    expectClose(module.readFloats(at, gradient.length), expected);
  });
});

/** Lanes of tiles whose pixels come in blocks, and how far pixels are apart, in features beyond their own. */
const block = { ...tile, lanes: fc.constantFrom(8, 16), apart: fc.nat(3), further: fc.nat(3) };

/** The pixels of a block: what lies at each of them, as a view. */
function pixelsOf(lanes: number, apart: number, values: Float32Array): Float32Array[] {
  return Array.from({ length: 32 / lanes }, (_, p) => values.subarray(p * apart * lanes));
}

it('multiplies sparse rows with the pixels of a block: spmmBlock', () => {
  const shape = fc.record({ ...block, biased: fc.boolean(), mode: fc.integer({ min: 0, max: 7 }) });
  holds(shape, (module, { lanes, matrix: extent, part, biased, mode, ...far }, operands) => {
    const matrix = sparseRows(operands, extent);
    const range = rangeOf(operands, matrix.rows, part);
    const apart = matrix.columns + far.apart;
    const further = matrix.rows + far.further;
    const source = operands.floats(apart * 32);
    const target = operands.floats(further * 32);
    const bias = biased ? operands.floats(matrix.rows) : undefined;
    const mask = operands.integers(further * 32, 1);
    const at = module.floats(target);
    module.call.spmmBlockOf!(
      lanes,
      ...range,
      module.words(matrix.starts),
      module.words(matrix.indices),
      module.floats(matrix.values),
      module.floats(source),
      apart * lanes * 4,
      at,
      further * lanes * 4,
      bias ? module.floats(bias) : 0,
      mode,
      module.floats(mask),
    );
    const sources = pixelsOf(lanes, apart, source);
    const targets = pixelsOf(lanes, further, target);
    const masks = pixelsOf(lanes, further, mask);
    const expected = Float64Array.from(target);
    for (let p = 0; p < sources.length; p++) {
      const own = targets[p]!.subarray(0, matrix.rows * lanes);
      const product = { lanes, range, source: sources[p]!, target: own, bias };
      expected.set(spmm(matrix, { ...product, ...finishOf(mode, masks[p]!) }), p * further * lanes);
    }
    expectClose(module.readFloats(at, target.length), expected);
  });
});

it('sums the sampled products at the pixels of a block: sddmmBlock', () => {
  holds(fc.record(block), (module, { lanes, matrix: extent, scattered, part, ...far }, operands) => {
    const matrix = sparseRows(operands, extent);
    const { features, places } = placesOf(operands, matrix.rows, scattered);
    const range = rangeOf(operands, matrix.rows, part);
    const apart = features + far.apart;
    const further = matrix.columns + far.further;
    const left = operands.floats(apart * 32);
    const right = operands.floats(further * 32);
    const gradient = operands.floats(matrix.indices.length);
    const at = module.floats(gradient);
    module.call.sddmmBlockOf!(
      lanes,
      ...range,
      module.words(matrix.starts),
      module.words(matrix.indices),
      at,
      module.floats(left),
      apart * lanes * 4,
      module.floats(right),
      further * lanes * 4,
      places ? module.words(places) : 0,
    );
    const rights = pixelsOf(lanes, further, right);
    const none = new Float32Array(gradient.length);
    const expected = Float64Array.from(gradient);
    for (const [p, own] of pixelsOf(lanes, apart, left).entries()) {
      const sampled = sddmm(matrix, { lanes, range, left: own, right: rights[p]!, places, gradient: none });
      sampled.forEach((value, k) => {
        expected[k]! += value;
      });
    }
    expectClose(module.readFloats(at, gradient.length), expected, 1e-5, 3e-5);
  });
});

it('sums deltas at the pixels of a block: biasBlock', () => {
  const shape = fc.record({ lanes: block.lanes, units: fc.integer({ min: 1, max: 11 }), further: fc.nat(3) });
  holds(shape, (module, { lanes, units, further }, operands) => {
    const step = units + further;
    const deltas = operands.floats(step * 32);
    const gradients = operands.floats(units);
    const at = module.floats(gradients);
    module.call.biasBlockOf!(lanes, units, at, module.floats(deltas), step * lanes * 4);
    const expected = Float64Array.from(gradients);
    for (const own of pixelsOf(lanes, step, deltas)) {
      for (let i = 0; i < units * lanes; i++) expected[Math.floor(i / lanes)]! += own[i]!;
    }
    expectClose(module.readFloats(at, units), expected);
  });
});
