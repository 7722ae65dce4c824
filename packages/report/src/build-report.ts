import { lineLegend } from './charts/legend.js';
import { groupRuns } from './compare/group.js';
import { createContext, isRewired, type ReportContext } from './context.js';
import { budgetFlowFigure } from './figures/budget-flow.js';
import { evaluationFigures } from './figures/evaluation.js';
import { firstLayerFigure } from './figures/first-layer.js';
import { layerDensityFigure } from './figures/layer-density.js';
import { masksFigure } from './figures/masks.js';
import { metricFigures } from './figures/metrics.js';
import { timeFigure } from './figures/time.js';
import { topologyFigures } from './figures/topology-curves.js';
import { trainingLossFigure } from './figures/training-loss.js';
import { html, type Markup } from './html/markup.js';
import { note } from './html/note.js';
import { listed } from './html/numbers.js';
import { page } from './html/page.js';
import type { LoadedRun } from './run/loaded-run.js';
import { alikeSection } from './sections/alike.js';
import { comparison } from './sections/comparison.js';
import { headline } from './sections/headline.js';
import { provenance } from './sections/provenance.js';
import { warningsSection } from './sections/warnings.js';
import { VERSION } from './version.js';

/** How a report is made. */
export interface ReportOptions {
  /**
   * After how many updates topologies are shown. Default the start, the middle and the end of each run. Runs that
   * were never rewired are shown at their start whatever is asked for.
   */
  readonly updates?: readonly number[];
}

/**
 * One self-contained HTML page about one run, or about several side by side. Runs that differ in nothing but the
 * seed are shown as mean and deviation. The page has no script and fetches nothing; whatever names runs, layers and
 * settings have is escaped. Equal runs give equal pages.
 *
 * @param runs - at least one, see {@link loadRun}
 * @returns the page
 * @throws TypeError without runs
 * @throws EspalierError ESPALIER_RUNS_DIFFER where runs trained different networks, ESPALIER_INVALID_OPTION for a
 * number of updates that a run does not have
 */
export function buildReport(runs: readonly LoadedRun[], options: ReportOptions = {}): string {
  const context = createContext(groupRuns(runs), options.updates);
  const { title, sentences } = headline(context);
  const legend = context.groups.length > 1 ? lineLegend(context.groups) : undefined;
  const body = html`<header><h1>${title}</h1>${sentences.map((sentence) => html`<p class="lead">${sentence}</p>`)}</header>
<main>
${comparison(context)}
${section('Learning', legend, [...evaluationFigures(context), trainingLossFigure(context)])}
${section('Where the weights are', legend, [layerDensityFigure(context), budgetFlowFigure(context), firstLayerFigure(context), masksFigure(context)])}
${section('Exploration', legend, explorationFigures(context))}
${alikeSection(context)}
${metricsSection(context, legend)}
${section('Time', undefined, [timeFigure(context)])}
${warningsSection(context)}
${provenance(context)}
</main>
<footer>Made by Espalier ${VERSION}.</footer>`;
  return page(title, body);
}

function section(
  title: string,
  legend: Markup | undefined,
  figures: readonly (Markup | undefined)[],
): Markup {
  return html`<section><h2>${title}</h2>${legend}<div class="figures">${figures}</div></section>\n`;
}

function metricsSection(context: ReportContext, legend: Markup | undefined): Markup | undefined {
  const figures = metricFigures(context);
  return figures.length === 0 ? undefined : section('Metrics', legend, figures);
}

function explorationFigures(context: ReportContext): Markup[] {
  const still = context.groups.filter((group) => !isRewired(group)).map(({ label }) => label);
  if (still.length === context.groups.length) return [note('The topology stayed as it was at the start.')];
  const figures = topologyFigures(context);
  return still.length === 0 ? figures : [...figures, note(`Never rewired: ${listed(still)}.`)];
}
