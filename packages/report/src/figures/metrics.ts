import { meanCurve } from '../compare/curve.js';
import { spreadOfPresent } from '../compare/statistics.js';
import type { ReportContext } from '../context.js';
import { html, type Markup } from '../html/markup.js';
import { decimal, listed, withDeviation } from '../html/numbers.js';
import { table } from '../html/table.js';
import { lastByLayer, type MetricName, metricCurve, metricNames } from '../measure/metrics.js';
import { curvesFigure } from './curves.js';

/** What observers measured: a chart of every number over the steps, and a table of the last ones of every layer. */
export function metricFigures(context: ReportContext): Markup[] {
  const runs = context.groups.flatMap((group) => group.runs);
  const charts = byObserver(metricNames(runs, false)).flatMap(({ observer, names }) =>
    names.map((name) => metricFigure(context, { observer, name })),
  );
  const tables = byObserver(metricNames(runs, true)).map(({ observer, names }) =>
    layerTable(context, observer, names),
  );
  return [...charts, ...tables];
}

function metricFigure(context: ReportContext, metric: MetricName): Markup {
  const curves = context.groups
    .map(({ label, index, runs }) => ({
      label,
      index,
      points: meanCurve(runs.map((run) => metricCurve(run, metric))),
    }))
    .filter(({ points }) => points.length > 0);
  return curvesFigure(context, {
    title: `${metric.observer}: ${inWords(metric.name)}`,
    caption: `${listed(curves.map(({ label, points }) => `${label} ${withDeviation(points.at(-1)!, decimal)}`))} at the end.`,
    curves,
  });
}

/** A column per quantity and configuration, a row per layer. */
function layerTable(context: ReportContext, observer: string, names: readonly string[]): Markup {
  const columns = names.flatMap((name) =>
    context.groups.flatMap(({ label, runs }) => {
      const each = runs.map((run) => lastByLayer(run, { observer, name }));
      if (each.every((values) => values === undefined)) return [];
      const title = inWords(name.replace(/-by-layer$/, ''));
      return [{ title: context.groups.length > 1 ? `${title}, ${label}` : title, each }];
    }),
  );
  const count = Math.max(...columns.flatMap(({ each }) => each.map((values) => values?.length ?? 0)));
  const content = table({
    caption: `By layer at the end, measured by the observer ${observer}`,
    head: ['layer', ...columns.map(({ title }) => title)],
    rows: layerNames(context, count).map((name, i) => [
      name,
      ...columns.map(({ each }) => {
        const spread = spreadOfPresent(each.map((values) => values?.[i]));
        return spread === undefined ? '' : withDeviation(spread, decimal);
      }),
    ]),
  });
  return html`<div class="wide">${content}</div>`;
}

/** Some observers look at the sparse layers only; where a list is of neither, its entries are numbered. */
function layerNames({ groups }: ReportContext, count: number): string[] {
  const { layers } = groups[0]!.runs[0]!;
  const sparse = layers.filter(({ dense }) => !dense);
  const listed = [layers, sparse].find(({ length }) => length === count);
  return listed?.map(({ name }) => name) ?? Array.from({ length: count }, (_, i) => String(i));
}

function byObserver(metrics: readonly MetricName[]) {
  const observers = [...new Set(metrics.map(({ observer }) => observer))];
  return observers.map((observer) => ({
    observer,
    names: metrics.filter((metric) => metric.observer === observer).map(({ name }) => name),
  }));
}

/** `hamming-share` as a title: `hamming share`. */
function inWords(name: string): string {
  return name.replaceAll('-', ' ');
}
