import { type CurvePoint, thin } from '../compare/curve.js';
import { type Format, integer, withDeviation } from '../html/numbers.js';
import type { Table } from '../html/table.js';

/** Rows of a table at most: more would not be read. */
const MOST_ROWS = 40;

/** Curves as a table: a row per step, a column per curve. Where a curve has no value at a step its cell is empty. */
export function curveTable(
  caption: string,
  curves: readonly { readonly label: string; readonly points: readonly CurvePoint[] }[],
  format: Format,
): Table {
  const columns = curves.map(({ points }) => new Map(points.map((point) => [point.step, point])));
  const steps = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const shown = thin(steps, MOST_ROWS);
  return {
    caption: shown.length < steps.length ? `${caption}; ${shown.length} of ${steps.length} steps` : caption,
    head: ['step', ...curves.map(({ label }) => label)],
    rows: shown.map((step) => [
      integer(step),
      ...columns.map((column) => {
        const point = column.get(step);
        return point === undefined ? '' : withDeviation(point, format);
      }),
    ]),
  };
}
