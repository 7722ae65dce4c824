import type { ReportContext } from '../context.js';
import { html, type Markup } from '../html/markup.js';
import { integer } from '../html/numbers.js';
import { table } from '../html/table.js';

/** What the runs warned of, each kind once per run; undefined where they did not. */
export function warningsSection({ groups }: ReportContext): Markup | undefined {
  const rows = groups.flatMap(({ label, runs }) =>
    runs.flatMap(({ warnings, summary }) => {
      const kinds = new Set(warnings.map(({ kind }) => kind));
      return [...kinds].map((kind) => {
        const all = warnings.filter((warning) => warning.kind === kind);
        const [{ step, message }] = all as [(typeof all)[number]];
        return [label, String(summary.seed), integer(all.length), integer(step), message];
      });
    }),
  );
  if (rows.length === 0) return undefined;
  return html`<section><h2>Warnings</h2>${table({
    caption: 'Warnings, the first of each kind',
    head: ['configuration', 'seed', 'times', 'first at step', 'message'],
    rows,
    text: true,
  })}</section>`;
}
