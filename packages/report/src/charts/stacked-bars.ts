import * as Plot from '@observablehq/plot';
import { type Markup, printable } from '../html/markup.js';
import { partColourOf } from './palette.js';
import { drawPlot } from './plot.js';
import type { PictureText } from './svg.js';

/** Horizontal bars in parts. */
export interface StackedBars extends PictureText {
  /** What the x axis shows. */
  readonly label: string;
  readonly bars: readonly {
    readonly label: string;
    /** The bars' parts, in the order of their colours. */
    readonly parts: readonly number[];
  }[];
}

/** One bar per row, its parts stacked. */
export function stackedBars(chart: StackedBars): Markup {
  const parts = chart.bars.flatMap((bar, y) => bar.parts.map((value, part) => ({ y, value, part })));
  return drawPlot(chart, {
    height: 62 + 30 * chart.bars.length,
    marginLeft: 112,
    marginRight: 18,
    marginTop: 8,
    marginBottom: 42,
    x: { label: chart.label, ticks: 4, grid: true },
    y: {
      label: null,
      domain: chart.bars.map((_, i) => i),
      tickFormat: (i) => shorten(printable(chart.bars[i]!.label)),
    },
    marks: [
      Plot.barX(parts, {
        x: 'value',
        y: 'y',
        z: 'part',
        fill: ({ part }) => partColourOf(part),
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.ruleX([0], { strokeOpacity: 0.4 }),
    ],
    color: { type: 'identity' },
  });
}

/** A name short enough for the margin of a chart; tables have it whole. */
export function shorten(name: string, most = 16): string {
  const characters = [...name];
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join('')}…`;
}
