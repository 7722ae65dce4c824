import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortsFor } from '../../src/signals/shorts.js';
import { gradientAt, heldSource, type Source } from '../oracle/held.js';
import { holds, type Operands } from '../oracle/operands.js';
import { held, panelOf, placesOf } from '../oracle/panel.js';
import { sampleHistogram } from '../oracle/sample.js';
import { mostOff, shortened } from '../oracle/screen.js';
import type { TestingModule } from '../oracle/testing-module.js';

it('rounds numbers to 16 bits, in pairs of examples', () => {
  const shape = fc.record({
    depth: fc.integer({ min: 1, max: 40 }).map((half) => 2 * half),
    lanes: fc.constantFrom(4, 8),
    most: fc.constantFrom(181, 4095, 32767),
    odd: fc.constantFrom(undefined, 0, Number.NaN, Number.POSITIVE_INFINITY, 1e-38, 1e38),
  });
  holds(shape, (module, { depth, lanes, most, odd }, operands) => {
    const values = operands.floats(depth * lanes);
    if (odd !== undefined) for (let k = 0; k < depth; k++) values[k * lanes] = odd;
    const target = module.words(new Uint32Array((depth / 2) * lanes));
    const scales = module.floats(new Float32Array(lanes));
    const totals = module.floats(new Float32Array(lanes));
    module.signal([...new Array<number>(33).fill(0), most]);
    const from = module.floats(values);
    for (let lane = 0; lane < lanes; lane += 4) {
      const at = [from, target].map((base) => base + lane * 4);
      module.call.shorten!(depth, ...at, lanes * 4, scales + lane * 4, totals + lane * 4);
    }
    const words = new Int32Array(module.readWords(target, (depth / 2) * lanes).buffer);
    for (let lane = 0; lane < lanes; lane++) {
      const own = Array.from({ length: depth }, (_, k) => values[k * lanes + lane]!);
      const expected = shortened(own, most);
      expect(module.readFloats(scales, lanes)[lane]).toBe(expected.factor);
      const shorts = own.map((_, k) => {
        const pair = words[(k >> 1) * lanes + lane]!;
        return k % 2 === 0 ? (pair << 16) >> 16 : pair >> 16;
      });
      expect(shorts.map((short) => short || 0)).toEqual(expected.shorts.map((short) => short || 0));
      const magnitudes = shorts.map(Math.abs);
      expect(Math.max(...magnitudes)).toBeLessThanOrEqual(most);
      const total = magnitudes.reduce((sum, magnitude) => sum + magnitude, 0);
      expect(module.readFloats(totals, lanes)[lane]).toBeCloseTo(total, -1);
    }
  });
});

it('lets pass whatever reaches a bound, and nothing that is far below', () => {
  const shape = fc.record({ ...held, bound: fc.constantFrom(1e-3, 0.5, 2, 8) });
  let stopped = 0;
  holds(
    shape,
    (module, { rounds, threads, bound, ...extent }, operands) => {
      const { rows, units } = extent;
      const source = heldSource(operands, extent, rounds, false);
      const { places } = placesOf(operands, rows);
      const search = searchOf(module, source, { rows, units, threads }, places, []);
      const { depth, shorts, scales } = search;
      const work = module.floats(new Float32Array(depth * 4));
      const short = module.words(new Uint32Array(depth * 2));
      const rowScales = module.floats(new Float32Array(8));
      const { most, reach } = shortsFor(depth)!;
      const perUnit = floatOf(reach);
      const columns = Array.from({ length: units }, (_, unit) =>
        shortened(valuesOf(source, source.dy, source.outPixels, unit), most),
      );
      for (let first = 0; first < rows; first += 4) {
        module.call.packRows!(first, rows, work);
        module.call.shorten!(depth, work, short, 16, rowScales, rowScales + 16);
        const left = [0, 1, 2, 3].map((i) =>
          shortened(
            valuesOf(source, source.x, source.inPixels, places[Math.min(first + i, rows - 1)]!),
            most,
          ),
        );
        left.forEach(({ shorts }, i) => {
          const sum = shorts.reduce((total, value) => total + Math.abs(value), 0);
          module.write(rowScales + 16 + 4 * i, (sum + depth) * perUnit);
        });
        for (let block = 0; block * 8 < units; block++) {
          const at = [shorts + block * depth * 16, rowScales, scales + block * 64];
          const mask = module.call.reaching!(depth, short, ...at, bound);
          for (let bit = 0; bit < 32; bit++) {
            const row = first + (bit >> 3);
            const unit = block * 8 + (bit & 7);
            if (row >= rows || unit >= units) continue;
            const right = columns[unit]!;
            const magnitude = Math.abs(gradientAt(source, places[row]!, unit));
            const own = left[bit >> 3]!;
            const off = mostOff(own, right) / (own.factor * right.factor);
            const passes = ((mask >>> bit) & 1) === 1;
            if (magnitude >= bound * 1.0001) expect(passes).toBe(true);
            if (magnitude < bound - 2.3 * off - 0.01 * bound - 1e-4) {
              expect(passes).toBe(false);
              stopped++;
            }
          }
        }
      }
    },
    60,
  );
  expect(stopped).toBeGreaterThan(1000);
});

it('finds with a screening what it finds without, bit by bit', () => {
  const shape = fc.record({
    ...held,
    limit: fc.integer({ min: 1, max: 60 }),
    slack: fc.nat(30),
    chance: fc.constantFrom(0, 0.3, 0.9),
    least: fc.constantFrom(0, 1e-31, 1e-20, 0.1, 1, 3),
    exact: fc.boolean(),
    odd: fc.constantFrom(undefined, undefined, Number.NaN, Number.POSITIVE_INFINITY, 0, 1e-30, 1e30),
  });
  holds(
    shape,
    (module, { rounds, threads, limit, slack, chance, least, exact, odd, ...extent }, operands) => {
      const { rows, units } = extent;
      const source = heldSource(operands, extent, rounds, exact);
      if (odd !== undefined) for (const { values } of source.batches) spoil(values, odd, operands);
      const { places } = placesOf(operands, rows);
      const excluded = operands.subset(rows * units, chance);
      const search = searchOf(module, source, { rows, units, threads }, places, excluded);
      const capacity = limit + units + slack;
      const screened = search.strongest(limit, capacity, least, true);
      expect(screened).toEqual(search.strongest(limit, capacity, least, false));
    },
  );
});

it('counts the magnitudes of every step-th row', () => {
  const shape = fc.record({
    ...held,
    step: fc.integer({ min: 1, max: 5 }),
    chance: fc.constantFrom(0, 0.3, 0.9),
  });
  holds(shape, (module, { rounds, threads, step, chance, ...extent }, operands) => {
    const { rows, units } = extent;
    const source = heldSource(operands, extent, rounds, false);
    const { places } = placesOf(operands, rows);
    const size = rows * units;
    const excluded = operands.subset(size, chance);
    const search = searchOf(module, source, { rows, units, threads }, places, excluded);
    const gradient = new Float32Array(size);
    for (const { positions, bits } of search.strongest(size, size + units, 0, false)) {
      positions.forEach((position, i) => {
        gradient[position] = floatOf(bits[i]!);
      });
    }
    expect(search.sample(step)).toEqual(sampleHistogram(gradient, units, step, excluded));
  });
});

/** A layer with its units packed and rounded, and what looks through it. */
function searchOf(
  module: TestingModule,
  source: Source,
  { units, rows, threads }: { units: number; rows: number; threads: number },
  places: readonly number[],
  excluded: readonly number[],
) {
  const blocks = Math.ceil(units / 8);
  const tiles = source.batches.reduce((sum, { tiles, lanes }) => sum + tiles * lanes, 0);
  const panel = panelOf(
    module,
    source,
    { units, rows, threads },
    places,
    source.inPixels.length * tiles * 8 + 48 + blocks * 128,
  );
  const { depth, words } = panel;
  const { most, reach } = shortsFor(depth)!;
  const shorts = module.words(new Uint32Array(blocks * depth * 4));
  const scales = module.floats(new Float32Array(blocks * 16));
  const counts = module.words(new Uint32Array(threads * 3));
  const histograms = module.words(new Uint32Array(threads * 8192));
  const list = module.words(excluded);
  module.control({ threads });
  const set = (
    limit: number,
    capacity: number,
    candidates: number,
    least: number,
    step: number,
    at: number,
  ) =>
    module.signal([
      ...[...words, list, excluded.length, limit, capacity, candidates, counts, bitsOf(least)],
      ...[0, 0, 0, step, histograms, at, scales, most, reach],
    ]);
  set(0, 0, 0, 0, 0, shorts);
  for (let thread = 0; thread < threads; thread++) module.call.packUnits!(thread);
  return {
    ...{ depth, shorts, scales },
    strongest(limit: number, capacity: number, least: number, screens: boolean) {
      const candidates = module.floats(new Float32Array(threads * capacity * 2));
      set(limit, capacity, candidates, least, 0, screens ? shorts : 0);
      return Array.from({ length: threads }, (_, thread) => {
        module.call.strongest!(thread);
        const [count = 0] = module.readWords(counts + thread * 12, 1);
        const at = candidates + thread * capacity * 8;
        const positions = [...module.readWords(at, count)];
        return { positions, bits: [...module.readWords(at + capacity * 4, count)] };
      });
    },
    sample(step: number): number[] {
      set(0, 0, 0, 0, step, 0);
      for (let thread = 0; thread < threads; thread++) module.call.countSample!(thread);
      const all = module.readWords(histograms, threads * 8192);
      return Array.from({ length: 8192 }, (_, bucket) => {
        let sum = 0;
        for (let first = 0; first < all.length; first += 8192) sum += all[first + bucket]!;
        return sum;
      });
    },
  };
}

/** A feature's values over all examples, in the order in which products are summed. */
function valuesOf({ batches }: Source, base: number, pixels: readonly number[], feature: number): number[] {
  return batches.flatMap(({ lanes, tiles, features, values }) =>
    Array.from({ length: tiles }, (_, tile) =>
      pixels.map((pixel) => {
        const at = (tile * features + base + pixel + feature) * lanes;
        return [...values.subarray(at, at + lanes)];
      }),
    ).flat(2),
  );
}

/** Puts a number into a few places, or everywhere but there. */
function spoil(values: Float32Array, odd: number, operands: Operands): void {
  const share = operands.below(3);
  for (let i = 0; i < values.length; i++) {
    if (share === 0 ? operands.below(40) === 0 : Number.isFinite(odd) && operands.below(40) > 0) {
      values[i] = values[i]! * odd;
    }
  }
}

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}
