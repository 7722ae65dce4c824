import { type Spread, spreadOfPresent } from '../compare/statistics.js';
import type { ReportContext, ShownGroup } from '../context.js';
import { html, type Markup } from '../html/markup.js';
import { decimal, duration, type Format, integer, percent, withDeviation } from '../html/numbers.js';
import { table } from '../html/table.js';
import type { LoadedRun } from '../run/loaded-run.js';
import { headlineSplit } from './headline-split.js';

/** One line per configuration. */
export function comparison({ groups }: ReportContext): Markup {
  const split = headlineSplit(groups);
  const accuracies = groups.map((group) => over(group, ({ summary }) => summary.metrics[split]?.accuracy));
  // Of one configuration alone nothing is the best.
  const best =
    groups.length === 1
      ? Number.POSITIVE_INFINITY
      : Math.max(...accuracies.map((accuracy) => accuracy?.mean ?? Number.NEGATIVE_INFINITY));
  const classified = accuracies.some((accuracy) => accuracy !== undefined);
  const several = groups.some(({ runs }) => runs.length > 1);
  return table({
    caption: several ? 'Results, mean ± deviation over seeds' : 'Results',
    head: [
      'configuration',
      ...(several ? ['runs'] : []),
      ...(classified ? [`${split} accuracy`] : []),
      `${split} loss`,
      'density',
      'non-zeros',
      'updates',
      'first connections left',
      'explored',
      'time',
    ],
    rows: groups.map((group, i) => [
      group.label,
      ...(several ? [integer(group.runs.length)] : []),
      ...(classified ? [accuracyCell(accuracies[i], best)] : []),
      cell(
        over(group, ({ summary }) => summary.metrics[split]?.loss),
        decimal,
      ),
      cell(over(group, density), percent),
      cell(over(group, nonZeros), integer),
      cell(
        over(group, ({ summary }) => summary.topologyUpdates),
        integer,
      ),
      cell(
        over(group, ({ history }) => history.survival.at(-1)),
        percent,
      ),
      cell(
        over(group, ({ history }) => history.exploration.at(-1)),
        percent,
      ),
      cell(
        over(group, ({ summary }) => summary.seconds.total),
        duration,
      ),
    ]),
  });
}

/** Active weights of all layers at the end. */
export function nonZeros({ summary }: LoadedRun): number {
  return summary.layers.reduce((all, { nonZerosEnd }) => all + nonZerosEnd, 0);
}

/** Weights of all layers. */
export function sizeOf({ summary }: LoadedRun): number {
  return summary.layers.reduce((all, { size }) => all + size, 0);
}

/** Density of all layers together at the end, those kept dense included. */
export function density(run: LoadedRun): number {
  return nonZeros(run) / sizeOf(run);
}

function over({ runs }: ShownGroup, of: (run: LoadedRun) => number | null | undefined): Spread | undefined {
  return spreadOfPresent(runs.map(of));
}

function cell(value: Spread | undefined, format: Format): string {
  return value === undefined ? '' : withDeviation(value, format);
}

function accuracyCell(accuracy: Spread | undefined, best: number): Markup | string {
  if (accuracy === undefined) return '';
  const text = withDeviation(accuracy, percent);
  return accuracy.mean === best ? html`<strong>${text}<span class="hidden"> (best)</span></strong>` : text;
}
