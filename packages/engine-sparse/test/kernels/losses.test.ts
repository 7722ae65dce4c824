import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crossEntropy, meanSquaredError, outputSum, type TileOfBatch } from '../oracle/loss.js';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import type { TestingModule } from '../oracle/testing-module.js';

const shape = fc.record({
  lanes,
  outputs: fc.integer({ min: 1, max: 11 }),
  examples: fc.integer({ min: 1, max: 70 }),
  trains: fc.boolean(),
});

/** The last tile, which the batch may not fill, or any other. */
function tileOf(
  { lanes, outputs, examples }: { lanes: number; outputs: number; examples: number },
  o: Operands,
) {
  return { lanes, outputs, examples, from: o.below(Math.ceil(examples / lanes)) * lanes };
}

function results(module: TestingModule, { values }: TileOfBatch, trains: boolean) {
  const delta = trains ? module.floats(new Float32Array(values.length)) : 0;
  return { delta, sums: module.doubles(1), correct: module.words([0]) };
}

function compare(
  module: TestingModule,
  at: { delta: number; sums: number },
  expected: { sum: number; delta: Float64Array },
) {
  expectClose(module.readDoubles(at.sums, 1), [expected.sum], 1e-5, 1e-4);
  if (at.delta) expectClose(module.readFloats(at.delta, expected.delta.length), expected.delta, 1e-5, 1e-6);
}

it('judges by cross-entropy, and counts answers', () => {
  holds(shape, (module, given, operands) => {
    const size = given.outputs * given.lanes;
    // Whole numbers often have several largest.
    const values = operands.below(2) ? operands.integers(size, 2) : operands.floats(size, -30, 30);
    const tile = { ...tileOf(given, operands), values };
    const labels = Array.from({ length: given.examples }, () => operands.below(given.outputs));
    const at = results(module, tile, given.trains);
    module.call.crossEntropy!(
      tile.outputs,
      tile.lanes,
      tile.from,
      tile.examples,
      module.words(labels),
      module.floats(values),
      at.delta,
      at.sums,
      at.correct,
      module.floats(new Float32Array(12)),
    );
    const expected = crossEntropy(tile, labels);
    compare(module, at, expected);
    expect(module.readWords(at.correct, 1)[0]).toBe(expected.correct);
  });
});

it('judges by the mean squared error', () => {
  holds(shape, (module, given, operands) => {
    const tile = { ...tileOf(given, operands), values: operands.floats(given.outputs * given.lanes) };
    const targets = operands.floats(given.examples * given.outputs);
    const at = results(module, tile, given.trains);
    module.call.meanSquaredError!(
      tile.outputs,
      tile.lanes,
      tile.from,
      tile.examples,
      module.floats(targets),
      module.floats(tile.values),
      at.delta,
      at.sums,
    );
    compare(module, at, meanSquaredError(tile, targets));
  });
});

it('sums outputs', () => {
  holds(shape, (module, given, operands) => {
    const tile = { ...tileOf(given, operands), values: operands.floats(given.outputs * given.lanes) };
    const at = results(module, tile, given.trains);
    const values = module.floats(tile.values);
    module.call.outputSum!(tile.outputs, tile.lanes, tile.from, tile.examples, values, at.delta, at.sums);
    compare(module, at, outputSum(tile));
  });
});
