import type { ReportContext } from '../context.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { decimal, percent } from '../html/numbers.js';
import { table } from '../html/table.js';
import { type FinalOverlap, finalOverlap, finalTopology } from '../measure/final-overlap.js';

/** More runs than this make a table that nobody reads, and topologies that take much memory. */
const MOST_RUNS = 12;

/** How alike the last topologies of runs are, pair by pair; undefined of one run alone. */
export function alikeSection({ groups }: ReportContext): Markup | undefined {
  const runs = groups.flatMap(({ label, runs: members }) =>
    members.map((run) => ({
      run,
      label: members.length > 1 ? `${label}, seed ${run.summary.seed}` : label,
    })),
  );
  if (runs.length < 2) return undefined;
  const shown = runs.slice(0, MOST_RUNS);
  const topologies = shown.map(({ run }) => finalTopology(run));
  const pairs = topologies.map((a) => topologies.map((b) => finalOverlap(a, b)));
  const grid = (caption: string, cell: (pair: FinalOverlap) => string) =>
    table({
      caption,
      head: ['', ...shown.map(({ label }) => label)],
      rows: shown.map(({ label }, i) => [
        label,
        ...shown.map((_, j) => {
          const pair = pairs[i]![j];
          return i === j || pair === undefined ? '' : cell(pair);
        }),
      ]),
    });
  return html`<section><h2>How alike the topologies are</h2>
${note('Overlap: connections in common, over the smaller number of the two; in brackets what it is by chance, with as many in every layer. Distance: half the sum of the differences of the layers’ shares of all connections, from 0 to 1.')}
${grid(
  'Overlap of the topologies at the end',
  ({ overlap, chance }) => `${percent(overlap)} (${percent(chance)})`,
)}
${grid('Distance of the layers’ shares at the end', (pair) => decimal(pair.shareDistance))}
${shown.length < runs.length ? note(`Only the first ${MOST_RUNS} of ${runs.length} runs are compared.`) : undefined}
</section>`;
}
