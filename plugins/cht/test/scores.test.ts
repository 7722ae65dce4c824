import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenCase } from '../../../test/support/golden.js';
import type { Bipartite } from '../src/graph.js';
import { linkScores } from '../src/scores.js';

function bipartite(mask: readonly (readonly number[])[]): Bipartite {
  const rows = mask.length;
  const columns = mask[0]!.length;
  const linkedTo = (list: readonly number[]) => Uint32Array.from(list.keys()).filter((k) => list[k] === 1);
  return {
    rows,
    columns,
    byRow: mask.map(linkedTo),
    byColumn: Array.from({ length: columns }, (_, c) => linkedTo(mask.map((row) => row[c]!))),
  };
}

/** Scores where there is no link, 0 where there is one. */
function missing(mask: readonly (readonly number[])[], scores: Float64Array): number[][] {
  const columns = mask[0]!.length;
  return mask.map((row, r) => row.map((m, c) => (m === 1 ? 0 : scores[r * columns + c]!)));
}

describe('Cannistraci-Hebb scores', () => {
  it.each(['ch2-l3n', 'ch3-l3n'] as const)('%s agrees with the golden case', (form) => {
    const { input, expected } = goldenCase('16_other_rules', form);
    const scores = missing(input.mask, linkScores(bipartite(input.mask), form));
    for (const [r, row] of scores.entries()) {
      for (const [c, score] of row.entries()) expect(score).toBeCloseTo(expected[r][c], 9);
    }
  });

  it('ch3-l3p sums over all paths of length 3, one by one', () => {
    const mask = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(fc.constantFrom(0, 1), { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
      );
    fc.assert(
      fc.property(mask, (m) => {
        const scores = missing(m, linkScores(bipartite(m), 'ch3-l3p'));
        const [R, C] = [m.length, m[0]!.length];
        for (let u = 0; u < R; u++) {
          for (let v = 0; v < C; v++) {
            if (m[u]![v] === 1) continue;
            let expected = 0;
            for (let z1 = 0; z1 < C; z1++) {
              for (let z2 = 0; z2 < R; z2++) {
                if (!(m[u]![z1] && m[z2]![z1] && m[z2]![v])) continue;
                // Links of z1 that lead neither to u nor to neighbours of v, and of z2 likewise.
                const e1 = m.filter((row, j) => j !== u && row[z1] === 1 && row[v] !== 1).length;
                const e2 = m[z2]!.filter((link, j) => j !== v && link === 1 && m[u]![j] !== 1).length;
                expected += 1 / Math.sqrt((1 + e1) * (1 + e2));
              }
            }
            expect(scores[u]![v]).toBeCloseTo(expected, 9);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
