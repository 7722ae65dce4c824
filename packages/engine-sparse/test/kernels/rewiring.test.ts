import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOT_ACTIVE } from '../../src/parameters/rewiring.js';
import { holds, type Operands } from '../oracle/operands.js';
import { mergeRows, mergeValues } from '../oracle/rewiring.js';
import { sparseRows, sparseShape } from '../oracle/sparse-rows.js';
import type { TestingModule } from '../oracle/testing-module.js';
import { orderByUnits } from '../oracle/unit-order.js';

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  // The last one makes positions that 32 bits do not hold.
  units: fc.constantFrom(1, 2, 7, 13, 4294967295),
  /** Rows of grouped kernels reach some of the units each. */
  groups: fc.constantFrom(1, 1, 2),
  perRow: fc.constantFrom(0, 1, 3, 8),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Positions of a kernel, some of them active, of which some leave, and of the others some come. */
function changeOf(operands: Operands, { rows, units: most, groups, perRow: some }: Shape) {
  const units = most % groups === 0 ? most : most - (most % groups) || groups;
  const perRow = units / groups;
  const drawn = new Set<number>();
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < some; i++) drawn.add(row * perRow + operands.below(perRow));
  }
  const ascending = [...drawn].sort((a, b) => a - b);
  const kinds = ascending.map(() => operands.below(4));
  const of = (...wanted: number[]) => ascending.filter((_, i) => wanted.includes(kinds[i]!));
  const active = of(0, 1);
  const starts = Array.from(
    { length: rows + 1 },
    (_, row) => active.filter((position) => position < row * perRow).length,
  );
  return {
    geometry: { size: rows * perRow, rows, units, perRow, places: undefined, gathering: undefined },
    ...{ active, pruned: of(0), grown: of(2), others: of(2, 3) },
    rowStarts: Uint32Array.from(starts),
    rowUnits: Uint32Array.from(active, (position) => position % units),
  };
}

/** Lays float64 into memory. */
function doubles(module: TestingModule, values: readonly number[]): number {
  return module.words(new Uint32Array(Float64Array.from(values).buffer));
}

it('finds positions among the active ones', () => {
  holds(shape, (module, given, operands) => {
    const { geometry, active, others, rowStarts, rowUnits } = changeOf(operands, given);
    const { size, perRow, units } = geometry;
    const asked = [...active, ...others].sort((a, b) => a - b);
    const found = module.words(new Uint32Array(asked.length));
    const [starts, unitsAt] = [module.words(rowStarts), module.words(rowUnits)];
    const locate = (positions: readonly number[], below: number, after = -1) =>
      module.call.locate!(
        ...([positions.length, doubles(module, positions), after, below] as const),
        ...([perRow, units, starts, unitsAt, found] as const),
      );
    expect(locate(asked, size)).toBe(active.length);
    const expected = asked
      .map((position) => active.indexOf(position))
      .map((at) => (at < 0 ? NOT_ACTIVE : at));
    expect([...module.readWords(found, asked.length)]).toEqual(expected);
    if (asked.length === 0) return;
    expect(locate(asked, asked.at(-1)!)).toBe(-1);
    expect(locate(asked, size, asked[0])).toBe(-1);
    expect(locate([...asked, asked.at(-1)!], size)).toBe(-1);
  });
});

it('changes topologies', () => {
  holds(shape, (module, given, operands) => {
    const { geometry, active, pruned, grown, rowStarts, rowUnits } = changeOf(operands, given);
    const { rows, perRow, units } = geometry;
    const count = active.length - pruned.length + grown.length;
    const prunedAt = Uint32Array.from(pruned, (position) => active.indexOf(position));
    const [values, fresh] = [operands.floats(active.length), operands.floats(grown.length)];

    const grownList = module.words(new Uint32Array(grown.length));
    const grownUnits = module.words(new Uint32Array(grown.length));
    module.call.divide!(grown.length, doubles(module, grown), perRow, units, grownList, grownUnits);
    const change = [pruned.length, module.words(prunedAt), grown.length, grownList] as const;
    const starts = module.words(rowStarts);
    const merged = module.words(new Uint32Array(count));
    module.call.mergeRows!(rows, starts, module.words(rowUnits), merged, ...change, grownUnits);
    const source = module.floats(values);
    const target = module.floats(new Float32Array(count));
    module.call.mergeValues!(count, source, target, ...change, module.floats(fresh));
    const zeros = module.floats(new Float32Array(count));
    module.call.mergeValues!(count, source, zeros, ...change, 0);

    const expected = new Uint32Array(count);
    const grownAt = mergeRows(geometry, rowStarts, rowUnits, expected, prunedAt, Float64Array.from(grown));
    expect(module.readWords(starts, rows + 1)).toEqual(rowStarts);
    expect(module.readWords(merged, count)).toEqual(expected);
    expect(module.readWords(grownList, grown.length)).toEqual(grownAt);
    const moved = new Uint32Array(count);
    mergeValues(new Uint32Array(values.buffer), moved, { prunedAt, grownAt, count });
    expect(module.readWords(zeros, count)).toEqual(moved);
    moved.forEach((_, k) => {
      const at = grownAt.indexOf(k);
      if (at >= 0) moved[k] = new Uint32Array(fresh.buffer)[at]!;
    });
    expect(module.readWords(target, count)).toEqual(moved);
  });
});

it('orders values by units', () => {
  const shape = fc.record({
    matrix: sparseShape,
    placed: fc.boolean(),
    blocks: fc.integer({ min: 1, max: 4 }),
  });
  holds(shape, (module, { matrix, placed, blocks }, operands) => {
    const { rows, columns: units, starts, indices, values } = sparseRows(operands, matrix);
    const count = indices.length;
    const places = placed ? Uint32Array.from(operands.shuffled(rows)) : undefined;
    const expected = {
      ...{ rows, units, places, values },
      ...{ rowStarts: Uint32Array.from(starts), rowUnits: Uint32Array.from(indices) },
      ...{ unitStarts: new Uint32Array(units + 1), unitFeatures: new Uint32Array(count) },
      ...{ unitValues: new Float32Array(count), permutation: new Uint32Array(count) },
    };
    const written = [module.words(expected.unitStarts), module.words(expected.unitFeatures)] as const;
    const [copy, permutation] = [module.floats(expected.unitValues), module.words(expected.permutation)];
    module.call.orderByUnits!(
      ...([rows, units, places ? module.words(places) : 0] as const),
      ...([module.words(starts), module.words(indices), module.floats(values)] as const),
      ...([...written, copy, permutation] as const),
      ...([blocks, module.words(new Uint32Array(rows))] as const),
    );
    orderByUnits(expected);
    expect(module.readWords(written[0], units + 1)).toEqual(expected.unitStarts);
    expect(module.readWords(written[1], count)).toEqual(expected.unitFeatures);
    expect(module.readFloats(copy, count)).toEqual(expected.unitValues);
    expect(module.readWords(permutation, count)).toEqual(expected.permutation);
  });
});
