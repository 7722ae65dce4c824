import { lineChart } from '../charts/line-chart.js';
import type { CurvePoint } from '../compare/curve.js';
import type { ReportContext } from '../context.js';
import { type Figure, figure } from '../html/figure.js';
import type { Markup } from '../html/markup.js';
import { decimal, listed, percent, withDeviation } from '../html/numbers.js';
import { curveTable } from './curve-table.js';

/** A figure of one quantity over training. */
export interface Curves extends Pick<Figure, 'title' | 'caption'> {
  readonly curves: readonly {
    readonly label: string;
    readonly index: number;
    readonly points: readonly CurvePoint[];
  }[];
  /** Whether values are shares. */
  readonly share?: boolean;
  readonly fromZero?: boolean;
  readonly stepwise?: boolean;
}

/** The figure: a chart of all curves, and the table behind it. */
export function curvesFigure(context: ReportContext, parts: Curves): Markup {
  const { title, caption, share = false, ...chart } = parts;
  const format = share ? percent : decimal;
  const curves = parts.curves.filter(({ points }) => points.length > 0);
  const ends = curves.map(({ label, points }) => `${label} ends at ${withDeviation(points.at(-1)!, format)}`);
  return figure({
    title,
    caption,
    picture: lineChart({
      ...chart,
      share,
      title,
      description: `${caption} ${listed(ends)}.`,
      series: curves,
      totalSteps: context.totalSteps,
    }),
    tables: [curveTable(title, curves, format)],
  });
}
