import * as Plot from '@observablehq/plot';
import { type CurvePoint, thin } from '../compare/curve.js';
import type { Markup } from '../html/markup.js';
import { colourOf, dashesOf } from './palette.js';
import { drawPlot } from './plot.js';
import type { PictureText } from './svg.js';

/** One curve of a chart. */
export interface Series {
  /** Decides colour and dashes. */
  readonly index: number;
  readonly points: readonly CurvePoint[];
}

/** A chart over the steps of training. */
export interface LineChart extends PictureText {
  readonly series: readonly Series[];
  /** Steps of the longest run. */
  readonly totalSteps: number;
  /** Whether values are shares, shown in percent. */
  readonly share?: boolean;
  /** Whether the y axis begins at 0. */
  readonly fromZero?: boolean;
  /** Whether a value holds until the next one, as topologies do. */
  readonly stepwise?: boolean;
}

/** More points than this draw the same picture. */
const MOST_POINTS = 200;
/** Up to so many points are marked: a curve of one point would not be seen otherwise. */
const MARKED_POINTS = 12;

/** The least height of the y axis, as a share of its values. */
const NARROWEST = 0.02;

/** Curves with a band of one deviation around those that are means. */
export function lineChart(chart: LineChart): Markup {
  const { series, totalSteps, share = false, fromZero = false, stepwise = false } = chart;
  const curve = stepwise ? 'step-after' : 'linear';
  const drawn = series.map(({ index, points }) => ({ index, points: thin(points, MOST_POINTS) }));
  return drawPlot(chart, {
    height: 236,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 12,
    marginBottom: 40,
    x: { label: 'step', domain: [0, Math.max(1, totalSteps)], ticks: 4 },
    y: {
      label: null,
      ticks: 5,
      grid: true,
      nice: true,
      domain: domainOf(
        drawn.flatMap(({ points }) => points),
        fromZero,
      ),
      tickFormat: share ? percentTick : decimalTick,
    },
    marks: [
      fromZero ? Plot.ruleY([0], { strokeOpacity: 0.4 }) : null,
      ...drawn.map(({ index, points }) =>
        points.some(({ n }) => n > 1)
          ? Plot.areaY(points, {
              x: 'step',
              y1: ({ mean, deviation }) => mean - deviation,
              y2: ({ mean, deviation }) => mean + deviation,
              fill: colourOf(index),
              fillOpacity: 0.18,
              curve,
            })
          : null,
      ),
      ...drawn.map(({ index, points }) =>
        Plot.lineY(points, {
          x: 'step',
          y: 'mean',
          stroke: colourOf(index),
          strokeWidth: 1.8,
          strokeDasharray: dashesOf(index),
          curve,
        }),
      ),
      ...drawn.map(({ index, points }) =>
        points.length <= MARKED_POINTS
          ? Plot.dot(points, { x: 'step', y: 'mean', r: 2.2, fill: colourOf(index) })
          : null,
      ),
    ],
  });
}

/** From the lowest to the highest value, the bands included; wide enough for noise to look like noise. */
function domainOf(points: readonly CurvePoint[], fromZero: boolean): [number, number] {
  if (points.length === 0) return [0, 1];
  const highest = points.reduce((top, { mean, deviation }) => Math.max(top, mean + deviation), -Infinity);
  const lowest = points.reduce((bottom, { mean, deviation }) => Math.min(bottom, mean - deviation), Infinity);
  const least = Math.max(Math.abs(highest), Math.abs(lowest)) * NARROWEST || 1;
  const padding = Math.max(0, least - (highest - lowest)) / 2;
  return [fromZero ? Math.min(0, lowest) : lowest - padding, highest + padding];
}

function percentTick(share: number): string {
  return `${Number((share * 100).toPrecision(4))}\u00a0%`;
}

function decimalTick(value: number): string {
  return String(Number(value.toPrecision(4)));
}
