import fc from 'fast-check';
import { it } from 'vitest';
import { FLAGS } from '../../src/network/records.js';
import { expectClose, holds, lanes, type Operands } from '../oracle/operands.js';
import { pool, poolBack } from '../oracle/pool.js';
import type { TestingModule } from '../oracle/testing-module.js';

const shape = fc.record({
  lanes,
  pixels: fc.integer({ min: 1, max: 12 }),
  outputs: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 1, max: 3 }),
  covers: fc.boolean(),
  averages: fc.boolean(),
  adds: fc.boolean(),
  masks: fc.boolean(),
  // Features before each pixel of the gradient, as a border has them.
  apart: fc.nat(2),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Windows of pixels: they overlap and leave pixels out, or each pixel lies in one of them. */
function windowsOf(operands: Operands, { pixels, outputs, covers }: Shape): number[][] {
  if (covers) {
    const windows = Array.from({ length: outputs }, (): number[] => []);
    for (const pixel of operands.shuffled(pixels)) windows[operands.below(outputs)]!.push(pixel);
    return windows.filter((window) => window.length > 0);
  }
  return Array.from({ length: outputs }, () => {
    const some = operands.subset(pixels, 0.3);
    return some.length > 0 ? some : [operands.below(pixels)];
  });
}

/** What is pooled, feature by feature, and how the kernels are told. */
function poolOf(operands: Operands, given: Shape) {
  const { lanes, channels, pixels, averages, covers, masks, apart } = given;
  const of = windowsOf(operands, given);
  const features = Array.from({ length: channels }, (_, channel) => channel);
  const windows = of.flatMap((window) =>
    features.map((channel) => window.map((pixel) => pixel * channels + channel)),
  );
  const starts = [0];
  for (const window of of) starts.push(starts.at(-1)! + window.length);
  const sources = of.flat().map((pixel) => pixel * channels);
  const inputs = pixels * channels;
  const targetOf = (feature: number) => feature + apart * (Math.floor(feature / channels) + 1);
  return {
    pool: { lanes, inputs, averages, windows, masks },
    ...{ starts, sources, targets: sources.map(targetOf), pixel: channels, covers },
    /** Features of the gradient, and which of them belongs to an input. */
    ...{ written: pixels * (channels + apart), targetOf },
  };
}

/** An arena of x, y, dx and dy, and the record that says so. */
function layOut(
  module: TestingModule,
  { pool, starts, sources, targets, pixel, covers, written }: ReturnType<typeof poolOf>,
  parts: readonly Float32Array[],
  adds: boolean,
) {
  const { windows, inputs, averages, masks } = pool;
  const outputs = windows.length;
  const arena = module.floats(parts.flatMap((part) => [...part]));
  const fields = {
    ...{ x: 0, y: inputs, dx: inputs + outputs, dy: inputs + outputs + written },
    ...{ outputs: starts.length - 1, starts: module.words(starts), inputs: written },
    ...{ sources: module.words(sources), targets: module.words(targets) },
    ...{ averages: averages ? 1 : 0, pixel, covers: covers ? 1 : 0 },
    flags: (adds ? FLAGS.adds : 0) | (masks ? FLAGS.masksInput : 0),
  };
  return { arena, record: module.record({ kind: 'pool', fields }), fields };
}

it('pools windows, and gives each gradient to the first maximum or to all', () => {
  holds(shape, (module, given, operands) => {
    const { lanes, adds } = given;
    const pooled = poolOf(operands, given);
    const { pool: of } = pooled;
    const { inputs } = of;
    const outputs = of.windows.length;
    // Small whole numbers: windows have several maxima.
    const x = operands.integers(inputs * lanes, 2);
    const dy = operands.floats(outputs * lanes);
    const before = operands.floats(pooled.written * lanes);
    const { arena, record, fields } = layOut(
      module,
      pooled,
      [x, new Float32Array(outputs * lanes), before, dy],
      adds,
    );
    const bytes = lanes * 4;
    module.call.pool!(record, bytes, arena);
    expectClose(module.readFloats(arena + fields.y * bytes, outputs * lanes), pool(of, x));
    module.call.poolBack!(record, bytes, arena);
    const expected = adds || given.covers ? Float64Array.from(before) : new Float64Array(before.length);
    poolBack(of, x, dy).forEach((value, i) => {
      const place = pooled.targetOf(Math.floor(i / lanes)) * lanes + (i % lanes);
      expected[place] = value + (adds ? before[place]! : 0);
    });
    expectClose(module.readFloats(arena + fields.dx * bytes, before.length), expected);
  });
});

it('lets a NaN win', () => {
  holds(shape, (module, given, operands) => {
    const { lanes, adds } = given;
    const pooled = poolOf(operands, given);
    const { pool: of } = pooled;
    const { inputs } = of;
    const outputs = of.windows.length;
    const x = operands.floats(inputs * lanes).map((value) => (operands.below(3) ? value : Number.NaN));
    const rest = new Float32Array((inputs + 2 * outputs) * lanes);
    const { arena, record, fields } = layOut(module, pooled, [x, rest], adds);
    module.call.pool!(record, lanes * 4, arena);
    expectClose(module.readFloats(arena + fields.y * lanes * 4, outputs * lanes), pool(of, x));
  });
});
