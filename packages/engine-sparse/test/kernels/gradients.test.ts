import fc from 'fast-check';
import { expect, it } from 'vitest';
import { denseGradient, gradientAt, heldSource } from '../oracle/held.js';
import { expectClose, holds } from '../oracle/operands.js';
import { held, panelOf, placesOf, sourceWords } from '../oracle/panel.js';
import { strongest } from '../oracle/strongest.js';

it('samples the gradient at positions', () => {
  const shape = fc.record({ ...held, count: fc.nat(40) });
  holds(shape, (module, { rounds, count, threads, ...extent }, operands) => {
    const source = heldSource(operands, extent, rounds, false);
    const features = Array.from({ length: count }, () => operands.below(extent.rows));
    const units = Array.from({ length: count }, () => operands.below(extent.units));
    const out = module.floats(operands.floats(count));
    module.control({ threads });
    module.signal([...sourceWords(module, source), count, module.words(features), module.words(units), out]);
    for (let thread = 0; thread < threads; thread++) module.call.samplePositions!(thread);
    const expected = features.map((feature, k) => gradientAt(source, feature, units[k]!));
    expectClose(module.readFloats(out, count), expected, 1e-5, 1e-4);
  });
});

it('makes panels of the dense gradient, four rows at a time, and bounds that hold', () => {
  holds(fc.record(held), (module, { rounds, threads, ...extent }, operands) => {
    const { rows, units } = extent;
    const source = heldSource(operands, extent, rounds, false);
    const { scattered, places } = placesOf(operands, rows);
    const panel = panelOf(module, source, { rows, units, threads }, scattered);
    const { blocks, depth, right, norms, work } = panel;
    module.control({ threads });
    module.signal(panel.words);
    for (let thread = 0; thread < threads; thread++) module.call.packUnits!(thread);
    const unitNorms = module.readFloats(norms, blocks);
    const expected = denseGradient(source, places, units);
    for (let first = 0; first < rows; first += 4) {
      const norm = module.call.packRows!(first, rows, work);
      const target = work + depth * 16;
      for (let block = 0; block < blocks; block++) {
        const at = target + block * 32;
        module.call.gradientBlock!(depth, work, right + block * depth * 32, at, blocks * 32);
      }
      for (let row = first; row < Math.min(rows, first + 4); row++) {
        const own = module.readFloats(target + (row - first) * blocks * 32, units);
        const oracle = expected.subarray(row * units, (row + 1) * units);
        expectClose(own, oracle, 1e-5, 1e-4);
        own.forEach((value, unit) => {
          const bound = norm * unitNorms[unit >> 3]! * 1.0001;
          expect(Math.abs(value)).toBeLessThanOrEqual(bound);
        });
      }
    }
  });
});

it('finds the strongest exactly, of equal ones the lower positions, however often it compacts', () => {
  const shape = fc.record({
    ...held,
    limit: fc.integer({ min: 1, max: 60 }),
    slack: fc.nat(30),
    chance: fc.constantFrom(0, 0.3, 0.9),
    least: fc.constantFrom(0, 1, 20, 100),
  });
  let passedOver = 0;
  holds(shape, (module, { rounds, threads, limit, slack, chance, least, ...extent }, operands) => {
    const { rows, units } = extent;
    const source = heldSource(operands, extent, rounds, true);
    const { scattered, places } = placesOf(operands, rows);
    const excluded = operands.subset(rows * units, chance);
    const capacity = limit + units + slack;
    const panel = panelOf(module, source, { rows, units, threads }, scattered);
    const candidates = module.floats(new Float32Array(threads * capacity * 2));
    const counts = module.words(new Uint32Array(threads * 3));
    const bits = new Uint32Array(Float32Array.of(least).buffer)[0]!;
    module.control({ threads });
    const last = [module.words(excluded), excluded.length, limit, capacity, candidates, counts, bits];
    module.signal([...panel.words, ...last]);
    for (let thread = 0; thread < threads; thread++) module.call.packUnits!(thread);
    const gradient = denseGradient(source, places, units);
    const found: number[] = [];
    for (let thread = 0; thread < threads; thread++) {
      module.call.strongest!(thread);
      const [count = 0, , passed = 0] = module.readWords(counts + thread * 12, 3);
      passedOver += passed;
      expect(count).toBeLessThanOrEqual(limit);
      const at = candidates + thread * capacity * 8;
      const positions = [...module.readWords(at, count)];
      const magnitudes = [...module.readFloats(at + capacity * 4, count)];
      expect(magnitudes).toEqual(positions.map((position) => Math.abs(gradient[position]!)));
      found.push(...positions);
    }
    const expected = strongest(gradient, limit, excluded, least);
    // Each thread answers for its own rows: the best of what they found are the best of all.
    const others = Array.from(gradient, (_, position) => position).filter(
      (position) => !found.includes(position),
    );
    expect(strongest(gradient, limit, others, least)).toEqual(expected);
    if (threads === 1) expect(found).toEqual(expected);
  });
  expect(passedOver).toBeGreaterThan(0);
});

it('scans the gradient some rows at a time, with the values that the strongest have', () => {
  const shape = fc.record({ ...held, quads: fc.integer({ min: 1, max: 3 }) });
  holds(shape, (module, { rounds, threads, quads, ...extent }, operands) => {
    const { rows, units } = extent;
    const source = heldSource(operands, extent, rounds, false);
    const { scattered, places } = placesOf(operands, rows);
    const { words } = panelOf(module, source, { rows, units, threads }, scattered);
    const size = rows * units;
    const candidates = module.floats(new Float32Array(threads * 2 * (size + units)));
    const counts = module.words(new Uint32Array(threads * 3));
    const target = module.floats(new Float32Array(quads * 4 * units));
    module.control({ threads });
    const all = [...words, 0, 0, size, size + units, candidates, counts, 0];
    module.signal(all);
    for (let thread = 0; thread < threads; thread++) module.call.packUnits!(thread);
    const scanned = new Float32Array(size);
    for (let first = 0; first < rows; first += quads * 4) {
      const last = Math.min(rows, first + quads * 4);
      module.signal([...all, first, last, target]);
      for (let thread = 0; thread < threads; thread++) module.call.scanRows!(thread);
      scanned.set(module.readFloats(target, (last - first) * units), first * units);
    }
    expectClose(scanned, denseGradient(source, places, units), 1e-5, 1e-4);
    for (let thread = 0; thread < threads; thread++) {
      module.call.strongest!(thread);
      const [count = 0] = module.readWords(counts + thread * 12, 1);
      const at = candidates + thread * (size + units) * 8;
      const magnitudes = module.readFloats(at + (size + units) * 4, count);
      expect(magnitudes).toEqual(
        Float32Array.from(module.readWords(at, count), (position) => Math.abs(scanned[position]!)),
      );
    }
  });
});
