import { lineChart, type Series } from '../charts/line-chart.js';
import { meanCurve, type RunCurve, thin } from '../compare/curve.js';
import { isDense, type ReportContext, type ShownGroup } from '../context.js';
import { figure } from '../html/figure.js';
import { layerName } from '../html/layer-name.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { integer, listed, percent, withDeviation } from '../html/numbers.js';
import type { Table } from '../html/table.js';
import { layerDensity, wholeDensity } from '../measure/layer-density.js';
import type { LoadedRun } from '../run/loaded-run.js';

const MOST_PANELS = 12;
const TABLE_COLUMNS = 9;

interface Panel {
  readonly name: string;
  readonly shape: string;
  readonly series: readonly (Series & { readonly label: string })[];
}

/** The density of every layer over time, one panel each. */
export function layerDensityFigure(context: ReportContext): Markup {
  const groups = context.groups.filter((group) => !isDense(group));
  const dense = context.groups.filter(isDense);
  if (groups.length === 0) return note('Every layer is dense from start to end.');
  const names = context.groups[0]!.runs[0]!.layers;
  const panels = names
    .map(({ name, shape }): Panel => ({ name, shape: shape.join(' × '), series: seriesOf(groups, name) }))
    .filter(({ series }) => series.length > 0);
  const shown = [...panels].sort((a, b) => movement(b) - movement(a)).slice(0, MOST_PANELS);
  const whole = wholePanel(groups);
  const notes = [
    'Share of each layer’s positions that hold a weight. Every panel has its own scale.',
    shown.length < panels.length
      ? `Shown are the ${shown.length} layers that changed most; the table has all ${panels.length}.`
      : '',
    dense.length > 0 ? `Not drawn: ${listed(dense.map(({ label }) => label))}, 100 % in every layer.` : '',
  ];
  return figure({
    title: 'Density of each layer',
    caption: notes.filter((note) => note !== '').join(' '),
    wide: true,
    picture: html`<div class="panels">${[...whole, ...panels.filter((panel) => shown.includes(panel))].map((panel) => drawPanel(context, panel))}</div>`,
    tables: groups.map((group) => densityTable(group, panels)),
  });
}

function seriesOf(groups: readonly ShownGroup[], name: string): Panel['series'] {
  return groupCurves(groups, (run) => layerDensity(run, name));
}

function groupCurves(
  groups: readonly ShownGroup[],
  curve: (run: LoadedRun) => RunCurve | undefined,
): Panel['series'] {
  return groups.flatMap(({ index, label, runs }) => {
    const curves = runs.map(curve).filter((found) => found !== undefined);
    return curves.length === 0 ? [] : [{ index, label, points: meanCurve(curves) }];
  });
}

/** All layers together, where their density is not the same throughout. */
function wholePanel(groups: readonly ShownGroup[]): Panel[] {
  const panel = { name: 'all layers', shape: '', series: groupCurves(groups, wholeDensity) };
  return movement(panel) > 0 ? [panel] : [];
}

/** How far the density goes up or down over training, as a share of where it begins. */
function movement({ series }: Panel): number {
  const each = series.map(({ points }) => {
    const values = points.map(({ mean }) => mean);
    return (Math.max(...values) - Math.min(...values)) / values[0]!;
  });
  return Math.max(0, ...each);
}

function drawPanel(context: ReportContext, { name, shape, series }: Panel): Markup {
  const ends = series.map(
    ({ label, points }) => `${label} from ${percent(points[0]!.mean)} to ${percent(points.at(-1)!.mean)}`,
  );
  return html`<div class="panel"><p class="panel-title">${layerName(name)} <span class="quiet">${shape}</span></p>${lineChart(
    {
      title: `Density of ${name}`,
      description: `${listed(ends)}.`,
      series,
      totalSteps: context.totalSteps,
      share: true,
      fromZero: true,
      stepwise: true,
    },
  )}</div>`;
}

function densityTable(group: ShownGroup, panels: readonly Panel[]): Table {
  const own = panels.flatMap(({ name, series }) =>
    series.filter(({ index }) => index === group.index).map(({ points }) => ({ name, points })),
  );
  const steps = thin(own[0]?.points.map(({ step }) => step) ?? [], TABLE_COLUMNS);
  return {
    caption: `Density by layer and step, ${group.label}`,
    head: ['layer', ...steps.map((step) => `step ${integer(step)}`)],
    rows: own.map(({ name, points }) => {
      const at = new Map(points.map((point) => [point.step, point]));
      return [name, ...steps.map((step) => withDeviation(at.get(step)!, percent))];
    }),
  };
}
