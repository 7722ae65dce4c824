import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanCurve, thin } from '../src/compare/curve.js';
import { spreadOf, spreadOfPresent } from '../src/compare/statistics.js';
import { budgetFlow } from '../src/measure/budget-flow.js';
import { finalOverlap } from '../src/measure/final-overlap.js';
import { kernelCounts, SEAM } from '../src/measure/kernel-counts.js';
import { maskCells } from '../src/measure/mask-cells.js';
import { meanGrid, pixelCounts } from '../src/measure/pixel-counts.js';
import { trainingLoss } from '../src/measure/training-loss.js';
import { somePositions } from './support/write-run.js';

const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

describe('finalOverlap', () => {
  const topology = (layers: Readonly<Record<string, readonly [active: readonly number[], size: number]>>) =>
    new Map(
      Object.entries(layers).map(([name, [active, size]]) => [
        name,
        { active: Uint32Array.from(active), size },
      ]),
    );

  it('compares layers by name, those that are sparse in both', () => {
    const a = topology({ one: [[0, 1, 2, 3], 8], two: [[0, 1], 10], other: [[0], 5] });
    const b = topology({ two: [[1, 2, 3, 4], 10], one: [[2, 3, 4, 5], 8] });
    expect(finalOverlap(a, b)).toEqual({
      overlap: 3 / 6,
      chance: (16 / 8 + 8 / 10) / 6,
      shareDistance: (4 / 6 - 4 / 8) / 2 + (4 / 8 - 2 / 6) / 2,
    });
    expect(finalOverlap(a, topology({ third: [[1], 3] }))).toBeUndefined();
  });

  it('finds of random topologies what chance says', () => {
    const size = 20000;
    const drawn = (count: number, seed: number) =>
      topology({ one: [somePositions(size, count, seed), size] });
    const { overlap, chance } = finalOverlap(drawn(4000, 1), drawn(9000, 2))!;
    expect(chance).toBeCloseTo(0.45, 12);
    expect(overlap).toBeCloseTo(0.45, 1);
  });
});

describe('budgetFlow', () => {
  it('moves what one layer loses to those that grow, in proportion', () => {
    const { transitions } = budgetFlow([
      [100, 50, 10],
      [70, 70, 20],
    ]);
    expect(transitions).toEqual([
      {
        moved: [
          [70, 20, 10],
          [0, 50, 0],
          [0, 0, 10],
        ],
        lost: [0, 0, 0],
        gained: [0, 0, 0],
      },
    ]);
  });

  it('accounts for every weight, whether the budget stays, shrinks or grows', () => {
    const counts = fc.integer({ min: 1, max: 6 }).chain((layers) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: layers, maxLength: layers }), {
        minLength: 2,
        maxLength: 4,
      }),
    );
    fc.assert(
      fc.property(counts, (columns) => {
        for (const [i, { moved, lost, gained }] of budgetFlow(columns).transitions.entries()) {
          for (const [layer, before] of columns[i]!.entries()) {
            expect(sum(moved[layer]!) + lost[layer]!).toBeCloseTo(before, 6);
            const into = sum(moved.map((row) => row[layer]!)) + gained[layer]!;
            expect(into).toBeCloseTo(columns[i + 1]![layer]!, 6);
          }
          expect(Math.min(...moved.flat(), ...lost, ...gained)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('pixelCounts', () => {
  it('counts the connections of each pixel over its channels', () => {
    // 2 x 2 pixels of 2 channels, 3 units: input 5 is the second channel of the pixel below left.
    const active = Uint32Array.of(0, 1, 5 * 3 + 2, 7 * 3);
    const { width, height, values } = pixelCounts(active, 8, 3, [2, 2, 2]);
    expect([width, height, ...values]).toEqual([2, 2, 2, 0, 1, 1]);
  });

  it('shows other shapes, and those that do not fit, as a row of inputs', () => {
    for (const shape of [[6], [2, 2], [1, 2, 3, 1], []]) {
      const { width, height, values } = pixelCounts(Uint32Array.of(0, 4, 5), 6, 2, shape);
      expect([width, height, ...values]).toEqual([6, 1, 1, 0, 2, 0, 0, 0]);
    }
  });

  it('are averaged point by point', () => {
    const grid = (...values: number[]) => ({ width: 2, height: 1, values: Float64Array.from(values) });
    expect(meanGrid([grid(1, 4), grid(3, 0)])).toEqual(grid(2, 2));
  });
});

describe('kernelCounts', () => {
  it('puts the kernels side by side', () => {
    // 1 x 2 kernels, 2 inputs, 3 units: positions are ((tap * 2) + input) * 3 + unit.
    const active = Uint32Array.of(0, 1, 3, 8, 11);
    const { width, height, values } = kernelCounts(active, [1, 2, 2, 3], 64);
    expect([width, height]).toEqual([8, 1]);
    expect([...values]).toEqual([2, 0, SEAM, 1, 0, SEAM, 0, 2]);
  });

  it('shows no more than so many, in rows', () => {
    const all = Uint32Array.from({ length: 3 * 3 * 200 }, (_, i) => i);
    const { width, height, values } = kernelCounts(all, [3, 3, 1, 200], 10);
    expect([width, height]).toEqual([5 * 4 - 1, 2 * 4 - 1]);
    expect(values.filter((value) => value === 1)).toHaveLength(90);
  });
});

describe('maskCells', () => {
  it('tells what was there from what has grown', () => {
    // [inputs, units] = [3, 2]: units go down, inputs to the right.
    const mask = maskCells(Uint32Array.of(0, 3, 4), Uint32Array.of(0, 1, 4), [3, 2]);
    expect(mask).toMatchObject({ width: 3, height: 2, area: 1 });
    expect([...mask.original]).toEqual([1, 0, 1, 0, 0, 0]);
    expect([...mask.grown]).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it('counts every connection once, in cells of bounded number', () => {
    const shapes = fc.constantFrom<readonly number[]>(
      [784, 300],
      [3, 3, 5, 7],
      [1, 1],
      [1000, 1],
      [1, 1000],
      [2, 401],
    );
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, a, b) => {
        const size = shape.reduce((product, n) => product * n, 1);
        const start = Uint32Array.from(somePositions(size, Math.min(50, size), a));
        const active = Uint32Array.from(somePositions(size, Math.min(70, size), b));
        const { width, height, original, grown } = maskCells(active, start, shape);
        expect(sum(original) + sum(grown)).toBe(active.length);
        expect(sum(original)).toBe(active.filter((position) => start.includes(position)).length);
        expect(width <= 196 && height <= 100).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('curves', () => {
  it('are averaged where every run has a value', () => {
    const points = meanCurve([
      [
        [0, 1],
        [5, 3],
        [9, 4],
      ],
      [
        [0, 3],
        [5, 3],
      ],
    ]);
    expect(points).toEqual([
      { step: 0, mean: 2, deviation: Math.SQRT2, n: 2 },
      { step: 5, mean: 3, deviation: 0, n: 2 },
    ]);
  });

  it('are thinned evenly, both ends kept', () => {
    expect(thin([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(thin([1, 2], 3)).toEqual([1, 2]);
  });

  it('of the training loss leave out what is not finite', () => {
    const losses = [4, 2, null, 6, 1].map((loss, step) => ({ step, loss }));
    expect(trainingLoss(losses, 2, 5)).toEqual([
      [1, 3],
      [3, 6],
      [4, 1],
    ]);
    expect(trainingLoss(losses, 1, 5).map(([step]) => step)).toEqual([0, 1, 3, 4]);
  });
});

describe('spreads', () => {
  it('have the sample deviation, and none of one run', () => {
    expect(spreadOf([2, 4, 6])).toEqual({ mean: 4, deviation: 2, n: 3 });
    expect(spreadOf([7])).toEqual({ mean: 7, deviation: 0, n: 1 });
  });

  it('are of what is there', () => {
    expect(spreadOfPresent([undefined, 3, null])).toEqual({ mean: 3, deviation: 0, n: 1 });
    expect(spreadOfPresent([undefined])).toBeUndefined();
  });
});
