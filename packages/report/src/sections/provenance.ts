import { stringify } from 'yaml';
import type { ReportContext } from '../context.js';
import { html, type Markup } from '../html/markup.js';
import { integer } from '../html/numbers.js';
import { table } from '../html/table.js';
import type { LoadedRun } from '../run/loaded-run.js';

const CLOSED = html`<details>`;
const OPEN = html`<details open>`;

/** What each run was made by: command, recipe, configuration. */
export function provenance({ groups }: ReportContext): Markup {
  const single = groups.length === 1 && groups[0]!.runs.length === 1;
  return html`<section><h2>How to get this again</h2>${groups.map(
    ({ label, runs }) => html`<h3>${label}</h3>${runs.map((run, i) => ofRun(run, i === 0, single))}`,
  )}</section>`;
}

/**
 * @param whole - with the recipe, which is the same for every run of a configuration
 * @param open - whether everything is shown at once
 */
function ofRun(run: LoadedRun, whole: boolean, open: boolean): Markup {
  const { directory, configText, summary, totalSteps } = run;
  const { command, recipe, engine } = summary;
  return html`${
    command === undefined
      ? html`<p>Begun from code; the configuration below trains it again: <code>espalier train run.yaml</code></p>`
      : html`<pre>${command}</pre>`
  }
${open ? OPEN : CLOSED}<summary>Facts, recipe and configuration<span class="hidden"> of ${directory}</span></summary>
${table({
  caption: 'Facts',
  head: ['fact', 'value'],
  text: true,
  rows: [
    ['directory', directory],
    ['seed', String(summary.seed)],
    ['outcome', summary.outcome],
    ['steps', `${integer(summary.steps)} of ${integer(totalSteps)}`],
    ['engine', `${engine.name}, ${engine.backend}, threads: ${engine.threads}`],
    ['Espalier', summary.version],
  ],
})}
<div class="sources">${
    whole
      ? html`<div><h4>Recipe, every slot and switch</h4><pre>${stringify(recipe, { aliasDuplicateObjects: false })}</pre></div>`
      : undefined
  }<div><h4>run.yaml</h4><pre>${configText}</pre></div></div>
</details>`;
}
