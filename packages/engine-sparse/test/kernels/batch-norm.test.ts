import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FLAGS } from '../../src/network/records.js';
import { normalise, normaliseBack, statisticsOf } from '../oracle/batch-norm.js';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import type { TestingModule } from '../oracle/testing-module.js';

const shape = fc.record({
  lanes,
  examples: fc.integer({ min: 1, max: 70 }),
  channels: fc.integer({ min: 1, max: 6 }),
  // Few, and more than are summed in one go.
  pixels: fc.oneof(
    { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 5 },
    fc.integer({ min: 30, max: 40 }),
  ),
  epsilon: fc.constantFrom(2 ** -6, 2 ** -10),
  adds: fc.boolean(),
  rectifies: fc.boolean(),
  hasInput: fc.boolean(),
});

const rectified = (values: readonly number[]) => values.map((value) => Math.max(value, 0));

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const rowsOf = (
  _operands: Operands,
  { examples, channels, pixels }: Shape,
  of: (example: number) => number,
) =>
  Array.from({ length: examples }, (_, example) =>
    Array.from({ length: channels * pixels }, () => of(example)),
  );

/**
 * Tiles of x, y, dx and dy: lanes beyond the batch have deltas 0, as losses leave them, and any x.
 * @param about - what an example's x are around
 */
function layOut(module: TestingModule, operands: Operands, given: Shape, about = (_example: number) => 0) {
  const { lanes, examples, channels, pixels, epsilon, adds, rectifies, hasInput } = given;
  const features = channels * pixels;
  const tiles = Math.ceil(examples / lanes);
  // Quarters: a variance is 0 or far from it.
  const x = rowsOf(operands, given, (example) => about(example) + (operands.below(17) - 8) / 4);
  const dy = rowsOf(operands, given, () => operands.uniform());
  const before = rowsOf(operands, given, () => operands.uniform());
  const parts = [x, undefined, before, dy];
  const values = new Float32Array(tiles * 4 * features * lanes);
  const placeOf = (part: number, example: number, f: number) =>
    ((Math.floor(example / lanes) * 4 + part) * features + f) * lanes + (example % lanes);
  for (let example = 0; example < tiles * lanes; example++) {
    for (let f = 0; f < features; f++) {
      for (let part = 0; part < 4; part++) {
        const beyond = part === 0 ? 1e6 : 0;
        values[placeOf(part, example, f)] = example < examples ? (parts[part]?.[example]?.[f] ?? 0) : beyond;
      }
    }
  }
  const of = {
    channels,
    features,
    epsilon,
    gamma: operands.floats(channels),
    beta: operands.floats(channels),
  };
  const moving = { mean: operands.floats(channels), variance: operands.floats(channels, 0.1, 2) };
  const zeros = () => module.floats(new Float32Array(channels));
  const at = { gammaGradients: zeros(), betaGradients: zeros(), ofBatch: module.doubles(channels) };
  const arenas = module.floats(values);
  const record = module.record({
    kind: 'batchNorm',
    fields: {
      ...{
        x: 0,
        y: features,
        dx: hasInput ? 2 * features : -1,
        dy: 3 * features,
        features,
        channels,
        epsilon,
      },
      ...{ sums: module.doubles(4 * channels), statistics: module.doubles(2 * channels) },
      ...{ gamma: module.floats(of.gamma), beta: module.floats(of.beta), ...at, gradientStride: 0 },
      ...{ movingMean: module.floats(moving.mean), movingVariance: module.floats(moving.variance) },
      flags: (adds ? FLAGS.adds : 0) | (rectifies ? FLAGS.rectifies : 0),
    },
  });
  module.control({ threads: 1, examples, tiles, arenas, arenaFeatures: 4 * features });
  /** What stands at a part of the tiles, for the examples of the batch. */
  const read = (part: number) => {
    const all = module.readFloats(arenas, values.length);
    return x.map((row, example) => row.map((_, f) => all[placeOf(part, example, f)]!));
  };
  /** Deltas by the input in lanes beyond the batch. */
  const beyond = () => {
    const all = module.readFloats(arenas, values.length);
    const lanesBeyond = Array.from({ length: tiles * lanes - examples }, (_, i) => examples + i);
    return lanesBeyond.flatMap((lane) => x[0]!.map((_, f) => all[placeOf(2, lane, f)]!));
  };
  return {
    of,
    x,
    dy,
    before,
    moving,
    at,
    arenas,
    record,
    read,
    beyond,
    tileBytes: 4 * features * lanes * 4,
    tiles,
  };
}

it('normalises with moving statistics', () => {
  holds(shape, (module, given, operands) => {
    const { of, x, moving, arenas, record, read, tileBytes, tiles } = layOut(module, operands, given);
    for (let tile = 0; tile < tiles; tile++) {
      module.call.normaliseOf!(given.lanes, record, arenas + tile * tileBytes);
    }
    const normal = normalise(of, x, moving.mean, moving.variance).flat();
    expectClose(read(1).flat(), given.rectifies ? rectified(normal) : normal);
  });
});

it('normalises with the statistics of the batch, whatever lanes beyond it hold, and takes gradients back', () => {
  holds(shape, (module, given, operands) => {
    const { of, x, dy, before, at, record, read, beyond } = layOut(module, operands, given);
    const { channels } = of;
    module.call.normaliseBatchOf!(given.lanes, record, 0);
    const { mean, variance } = statisticsOf(of, x);
    expectClose(module.readFloats(at.ofBatch, 2 * channels), [...mean, ...variance]);
    const normal = normalise(of, x, mean, variance).flat();
    expectClose(read(1).flat(), given.rectifies ? rectified(normal) : normal, 1e-4, 1e-4);

    module.call.normaliseBatchBackOf!(given.lanes, record, 0);
    const { byGamma, byBeta, dx } = normaliseBack(of, x, dy);
    expectClose(module.readFloats(at.gammaGradients, channels), byGamma, 1e-4, 1e-4);
    expectClose(module.readFloats(at.betaGradients, channels), byBeta, 1e-4, 1e-4);
    const expected = dx.map((row, e) =>
      row.map(
        (value, f) => (given.hasInput ? value : 0) + (given.adds || !given.hasInput ? before[e]![f]! : 0),
      ),
    );
    expectClose(read(2).flat(), expected.flat(), 1e-3, 1e-4);
    expect(beyond().every((delta) => delta === 0)).toBe(true);
  });
});

it('loses nothing of a variance that is small beside the mean', () => {
  holds(shape, (module, given, operands) => {
    const { of, x, at, record, read } = layOut(module, operands, given, () => 1e4);
    module.call.normaliseBatchOf!(given.lanes, record, 0);
    const { mean, variance } = statisticsOf(of, x);
    const ofBatch = module.readFloats(at.ofBatch, 2 * of.channels);
    expectClose(ofBatch, [...mean, ...variance], 1e-5, 1e-6);
    // The mean itself is a float32.
    const normal = normalise(of, x, Float32Array.from(mean), variance).flat();
    expectClose(read(1).flat(), given.rectifies ? rectified(normal) : normal, 1e-4, 1e-4);
  });
});

it('finds the statistics of a batch whose first values are far from all others', () => {
  holds(shape, (module, given, operands) => {
    const { of, x, at, record } = layOut(module, operands, given, (example) => (example === 0 ? 1000 : 0));
    module.call.normaliseBatchOf!(given.lanes, record, 0);
    const { mean, variance } = statisticsOf(of, x);
    expectClose(module.readFloats(at.ofBatch, 2 * of.channels), [...mean, ...variance], 1e-5, 1e-5);
  });
});
