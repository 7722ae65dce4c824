import { partLegend } from '../charts/legend.js';
import { stackedBars } from '../charts/stacked-bars.js';
import { type Spread, spreadOfPresent } from '../compare/statistics.js';
import type { ReportContext, ShownGroup } from '../context.js';
import { figure } from '../html/figure.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { duration, listed, mebibytes, withDeviation } from '../html/numbers.js';
import type { LoadedRun } from '../run/loaded-run.js';

type Seconds = LoadedRun['summary']['seconds'];

const PHASES: readonly { readonly label: string; readonly of: (seconds: Seconds) => number | undefined }[] = [
  { label: 'training steps', of: ({ training }) => training },
  { label: 'topology updates', of: ({ topologyUpdates }) => topologyUpdates },
  { label: 'evaluation', of: ({ evaluation }) => evaluation },
  { label: 'everything else', of: otherSeconds },
];

/** Where the time went. */
export function timeFigure({ groups }: ReportContext): Markup {
  const recorded = groups.filter((group) => PHASES.every(({ of }) => spread(group, of) !== undefined));
  const missing = groups.filter((group) => !recorded.includes(group)).map(({ label }) => label);
  if (recorded.length === 0) return note('The time of each phase was not recorded.');
  const bars = recorded.map((group) => ({
    label: group.label,
    parts: PHASES.map(({ of }) => spread(group, of)!.mean),
  }));
  const caption = [
    'Wall-clock time of each run. Everything else is writing files and waiting.',
    missing.length > 0 ? `Not recorded: ${listed(missing)}.` : '',
  ];
  const described = bars.map(
    ({ label, parts }) =>
      `${label}: ${parts.map((part, i) => `${duration(part)} ${PHASES[i]!.label}`).join(', ')}`,
  );
  return figure({
    title: 'Time per phase',
    caption: caption.filter((text) => text !== '').join(' '),
    picture: html`${partLegend(PHASES.map(({ label }) => label))}${stackedBars({
      title: 'Time per phase',
      description: `${described.join('; ')}.`,
      label: 'seconds',
      bars,
    })}`,
    tables: [
      {
        caption: 'Time per phase and memory',
        head: [
          'configuration',
          ...PHASES.map(({ label }) => label),
          'total',
          'median step',
          'median update',
          'peak memory',
        ],
        rows: groups.map((group) => [
          group.label,
          ...PHASES.map(({ of }) => cell(spread(group, of))),
          cell(spread(group, ({ total }) => total)),
          cell(spread(group, ({ stepMedian }) => stepMedian)),
          cell(spread(group, ({ topologyUpdateMedian }) => topologyUpdateMedian)),
          mebibytes(Math.max(...group.runs.map(({ summary }) => summary.peakRssBytes))),
        ]),
      },
    ],
  });
}

function otherSeconds({ total, training, topologyUpdates, evaluation }: Seconds): number | undefined {
  if (training === undefined || topologyUpdates === undefined || evaluation === undefined) return undefined;
  return Math.max(0, total - training - topologyUpdates - evaluation);
}

function spread(
  { runs }: ShownGroup,
  of: (seconds: Seconds) => number | null | undefined,
): Spread | undefined {
  return spreadOfPresent(runs.map(({ summary }) => of(summary.seconds)));
}

function cell(value: Spread | undefined): string {
  return value === undefined ? '' : withDeviation(value, duration);
}
