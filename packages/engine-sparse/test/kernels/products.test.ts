import fc from 'fast-check';
import { it } from 'vitest';
import { expectClose, holds, type Operands } from '../oracle/operands.js';
import { sddmm } from '../oracle/sddmm.js';
import { sparseRows, sparseShape } from '../oracle/sparse-rows.js';
import { spmm } from '../oracle/spmm.js';

const ADDS = 1;
const RECTIFIES = 2;
const MASKS = 4;

interface Block {
  readonly lanes: number;
  readonly pixels: number;
}

const finishOf = (mode: number, mask: Float32Array) => ({
  adds: (mode & ADDS) > 0,
  rectifies: (mode & RECTIFIES) > 0,
  mask: mode & MASKS ? mask : undefined,
});

/** Lanes of a tile, and how many pixels are met at a time. */
const blocks = fc.constantFrom(
  ...[4, 8, 16].map((lanes) => ({ lanes, pixels: 1 })),
  ...[4, 8, 16, 32].map((lanes) => ({ lanes, pixels: 32 / lanes })),
  { lanes: 4, pixels: 4 },
);

const tile = {
  block: blocks,
  matrix: sparseShape,
  scattered: fc.boolean(),
  part: fc.boolean(),
  // How far pixels are apart, in features beyond their own.
  apart: fc.nat(3),
  further: fc.nat(3),
};

/** Where rows are more than features to choose from, and in any order. */
function placesOf(operands: Operands, rows: number, scattered: boolean) {
  const features = scattered ? rows + 3 : rows;
  return { features, places: scattered ? operands.shuffled(features).slice(0, rows) : undefined };
}

function rangeOf(operands: Operands, rows: number, part: boolean): [number, number] {
  const from = part ? operands.below(rows + 1) : 0;
  return [from, part ? from + operands.below(rows - from + 1) : rows];
}

/** What lies at each of a block's pixels, as a view. */
function pixelsOf({ lanes, pixels }: Block, apart: number, values: Float32Array): Float32Array[] {
  return Array.from({ length: pixels }, (_, p) => values.subarray(p * apart * lanes));
}

it('multiplies sparse rows with the pixels of a block: spmm', () => {
  const shape = fc.record({ ...tile, biased: fc.boolean(), mode: fc.integer({ min: 0, max: 7 }) });
  holds(shape, (module, { block, matrix: extent, part, biased, mode, ...far }, operands) => {
    const { lanes, pixels } = block;
    const matrix = sparseRows(operands, extent);
    const range = rangeOf(operands, matrix.rows, part);
    const apart = matrix.columns + far.apart;
    const further = matrix.rows + far.further;
    const source = operands.floats(apart * lanes * pixels);
    const target = operands.floats(further * lanes * pixels);
    const bias = biased ? operands.floats(matrix.rows) : undefined;
    const mask = operands.integers(further * lanes * pixels, 1);
    const at = module.floats(target);
    module.call.spmmOf!(
      lanes,
      pixels,
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
    const sources = pixelsOf(block, apart, source);
    const targets = pixelsOf(block, further, target);
    const masks = pixelsOf(block, further, mask);
    const expected = Float64Array.from(target);
    for (let p = 0; p < sources.length; p++) {
      const own = targets[p]!.subarray(0, matrix.rows * lanes);
      const product = { lanes, range, source: sources[p]!, target: own, bias };
      expected.set(spmm(matrix, { ...product, ...finishOf(mode, masks[p]!) }), p * further * lanes);
    }
    expectClose(module.readFloats(at, target.length), expected);
  });
});

it('sums the products at the pixels of a block, sampled where there are weights: sddmm', () => {
  holds(fc.record(tile), (module, { block, matrix: extent, scattered, part, ...far }, operands) => {
    const { lanes, pixels } = block;
    const matrix = sparseRows(operands, extent);
    const { features, places } = placesOf(operands, matrix.rows, scattered);
    const range = rangeOf(operands, matrix.rows, part);
    const apart = features + far.apart;
    const further = matrix.columns + far.further;
    const left = operands.floats(apart * lanes * pixels);
    const right = operands.floats(further * lanes * pixels);
    const gradient = operands.floats(matrix.indices.length);
    const at = module.floats(gradient);
    module.call.sddmmOf!(
      lanes,
      pixels,
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
    const rights = pixelsOf(block, further, right);
    const none = new Float32Array(gradient.length);
    const expected = Float64Array.from(gradient);
    for (const [p, own] of pixelsOf(block, apart, left).entries()) {
      const sampled = sddmm(matrix, { lanes, range, left: own, right: rights[p]!, places, gradient: none });
      sampled.forEach((value, k) => {
        expected[k]! += value;
      });
    }
    expectClose(module.readFloats(at, gradient.length), expected, 1e-5, 3e-5);
  });
});

it('sums deltas at the pixels of a block: addToBias', () => {
  const shape = fc.record({ block: blocks, units: fc.integer({ min: 1, max: 11 }), further: fc.nat(3) });
  holds(shape, (module, { block, units, further }, operands) => {
    const { lanes, pixels } = block;
    const step = units + further;
    const deltas = operands.floats(step * lanes * pixels);
    const gradients = operands.floats(units);
    const at = module.floats(gradients);
    module.call.addToBiasOf!(lanes, pixels, units, at, module.floats(deltas), step * lanes * 4);
    const expected = Float64Array.from(gradients);
    for (const own of pixelsOf(block, step, deltas)) {
      for (let i = 0; i < units * lanes; i++) expected[Math.floor(i / lanes)]! += own[i]!;
    }
    expectClose(module.readFloats(at, units), expected);
  });
});
