import { type Bipartite, transposed } from './graph.js';

/** Which of the Cannistraci-Hebb indices scores missing links. */
export type Form = 'ch2-l3n' | 'ch3-l3n' | 'ch3-l3p';

/** Names of {@link Form}. */
export const FORMS: readonly Form[] = ['ch2-l3n', 'ch3-l3n', 'ch3-l3p'];

/**
 * Scores every pair of a row and a column by the links between their neighbours: many inside, few that lead outside.
 *
 * @returns shape [rows, columns]; what stands at links themselves has no meaning
 */
export function linkScores(graph: Bipartite, form: Form): Float64Array {
  const { rows, columns } = graph;
  const scores = new Float64Array(rows * columns);
  const add: Add = (row, column, value) => {
    scores[row * columns + column]! += value;
  };
  const turned: Add = (column, row, value) => add(row, column, value);
  if (form === 'ch3-l3p') {
    // Paths are the same from either side; what is held grows with the square of the columns.
    if (columns <= rows) addPaths(graph, add);
    else addPaths(transposed(graph), turned);
  } else {
    addNodes(graph, form, add);
    addNodes(transposed(graph), form, turned);
  }
  return scores;
}

type Add = (row: number, column: number, value: number) => void;

/**
 * Node form, from the side of the rows: sums c(u, j) over the rows j linked to v that share columns with u. With P(u, j)
 * shared columns, j has e = deg(j) - P - 1 links outside; c = 1 / (1 + e), times 1 + P in CH2.
 */
function addNodes(graph: Bipartite, form: Form, add: Add): void {
  const { rows, byRow } = graph;
  for (let u = 0; u < rows; u++) {
    const shared = sharedWith(graph, u);
    for (let j = 0; j < rows; j++) {
      const inside = shared[j]!;
      if (inside === 0) continue;
      const value = (form === 'ch2-l3n' ? 1 + inside : 1) / (1 + outside(graph, j, inside));
      for (const v of byRow[j]!) add(u, v, value);
    }
  }
}

/**
 * Path form: sums 1 / sqrt((1 + e(z1)) (1 + e(z2))) over the paths u - z1 - z2 - v. Links of z1 stay inside where they
 * lead to what is linked to v, those of z2 where they lead to what is linked to u; as neither depends on the rest of the
 * path, paths can be walked one by one.
 */
function addPaths(graph: Bipartite, add: Add): void {
  const { rows, columns, byRow, byColumn } = graph;
  const across = transposed(graph);
  const factorsOfColumns = Array.from({ length: columns }, (_, z1) =>
    Float64Array.from(sharedWith(across, z1), (inside) => 1 / Math.sqrt(1 + outside(across, z1, inside))),
  );
  for (let u = 0; u < rows; u++) {
    const factors = Float64Array.from(
      sharedWith(graph, u),
      (inside, z2) => 1 / Math.sqrt(1 + outside(graph, z2, inside)),
    );
    for (const z1 of byRow[u]!) {
      const factorsOf = factorsOfColumns[z1]!;
      for (const z2 of byColumn[z1]!) {
        for (const v of byRow[z2]!) add(u, v, factors[z2]! * factorsOf[v]!);
      }
    }
  }
}

/** How many columns each row shares with one of them. */
function sharedWith({ rows, byRow, byColumn }: Bipartite, row: number): Uint32Array {
  const shared = new Uint32Array(rows);
  for (const z of byRow[row]!) for (const j of byColumn[z]!) shared[j]!++;
  return shared;
}

/** Links of a row but those inside a community and the one that the path takes. */
function outside({ byRow }: Bipartite, row: number, inside: number): number {
  return Math.max(0, byRow[row]!.length - inside - 1);
}
