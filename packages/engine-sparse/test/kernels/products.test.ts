import fc from 'fast-check';
import { it } from 'vitest';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { sddmm } from '../oracle/sddmm.js';
import { sparseRows, sparseShape } from '../oracle/sparse-rows.js';
import { spmm } from '../oracle/spmm.js';

const ADDS = 1;
const RECTIFIES = 2;
const MASKS = 4;

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
  holds(shape, (module, { lanes, matrix: extent, scattered, part, biased, mode }, operands) => {
    const matrix = sparseRows(operands, extent);
    const { features, places } = placesOf(operands, matrix.rows, scattered);
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
      places ? module.words(places) : 0,
      mode,
      module.floats(mask),
    );
    const finish = {
      adds: (mode & ADDS) > 0,
      rectifies: (mode & RECTIFIES) > 0,
      mask: mode & MASKS ? mask : undefined,
    };
    const expected = spmm(matrix, { lanes, range, source, target, bias, places, ...finish });
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
